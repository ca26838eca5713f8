// Shows the description of the server that sent this page. The address is relative, as a proxy may have put a prefix before it.
/* global Scalar */

Scalar.createApiReference('#reference', {
  url: new URL('../../openapi.json', location.href).href,
  title: 'Waybill',
  // Everything that would ask another host, or send it something.
  proxyUrl: '',
  telemetry: false,
  withDefaultFonts: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  // A token has no place in a page that runs so much code of others: the command and the client try requests.
  hideTestRequestButton: true,
  persistAuth: false,
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  hideModels: false,
  defaultOpenAllTags: false,
})

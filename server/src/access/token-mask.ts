/** The text of an access token, or of a session of the dashboard, wherever it stands. */
const SECRET_TEXTS = /wbt_([0-9a-f]{32})_[A-Za-z0-9_-]{43}|wbs_[A-Za-z0-9_-]{43}/g

/** Takes the secret of access tokens and sessions out of a text that is answered or logged: whoever sends one where an id belongs must not find it there. */
export function maskTokens(text: string): string {
  if (!text.includes('wbt_') && !text.includes('wbs_')) return text
  return text.replace(SECRET_TEXTS, (_, id: string | undefined) => (id === undefined ? 'wbs_...' : `wbt_${id}_...`))
}

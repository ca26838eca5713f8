/** The text of an access token, wherever it stands. */
const TOKEN_TEXTS = /wbt_([0-9a-f]{32})_[A-Za-z0-9_-]{43}/g

/** Takes the secret of access tokens out of a text that is answered or logged: whoever sends one where an id belongs must not find it there. */
export function maskTokens(text: string): string {
  return text.includes('wbt_') ? text.replace(TOKEN_TEXTS, 'wbt_$1_...') : text
}

/** Returns the head of `GET /v1/events`, which does not end, and its first event: all channels. */
export async function firstEvents({ body }: Response): Promise<string> {
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!/event: channels[^]*\n\n/.test(text)) {
    const { done, value = '' } = await reader.read()
    if (done) throw new Error(`Cannot read the first event of the stream as it must have one: ${text}`)
    text += value
  }
  await reader.cancel()
  return text
}

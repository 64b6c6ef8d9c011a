// Answers every text with the same text. WAFLEET_URL says where; WAFLEET_KEY, with the scopes read and send, as whom.
const { WAFLEET_URL: url, WAFLEET_KEY: key } = process.env;

async function call(path, headers = {}, body) {
  const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
  headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers };
  const response = await fetch(`${url}/v1${path}`, { ...init, headers });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response;
}

async function answer({ type, data: { messageId } }) {
  if (type !== 'message.received') return;
  const message = await (await call(`/messages/${messageId}`)).json();
  if (message.type !== 'text' || message.chatId.endsWith('@g.us')) return;
  // The same key for the same message: an answer that is repeated is sent once.
  const once = { 'idempotency-key': `echo-${messageId}` };
  await call('/messages', once, { chatId: message.chatId, body: message.body, quotedMessageId: messageId });
}

for (let after; ; await new Promise((resolve) => setTimeout(resolve, 1_000))) {
  try {
    const stream = await call('/events/live', after ? { 'last-event-id': after } : {});
    let text = '';
    for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
      const frames = (text + chunk).split('\n\n');
      text = frames.pop();
      for (const frame of frames) {
        const { id, event, data } = Object.fromEntries(
          frame.split('\n').map((line) => line.split(/: (.*)/s)),
        );
        if (event === undefined) await answer(JSON.parse(data));
        else if (event === 'hello') console.log('listening');
        after = id ?? after;
      }
    }
  } catch (error) {
    console.error(error.message); // The stream goes on after the last event that was answered.
  }
}

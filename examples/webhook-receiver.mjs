// Takes what a webhook tells: what is signed by WEBHOOK_SECRET, once each. Needs `npm install standardwebhooks`.
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
/** Ids of what is done or under way. One that must not be done twice after a restart either belongs beside what was done. */
const seen = new Set();
const remembered = 100_000;

async function act({ type, message }) {
  console.log(`${type}: ${JSON.stringify(message?.body ?? null)}`);
}

async function receive(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  let event;
  try {
    // Of the very bytes that came; refuses also what is older than five minutes.
    event = webhook.verify(Buffer.concat(chunks), request.headers);
  } catch {
    return 401;
  }
  const id = request.headers['webhook-id'];
  if (seen.has(id)) return 204; // Sent again: taken, and done already.
  seen.add(id);
  if (seen.size > remembered) seen.delete(seen.values().next().value);
  try {
    await act(event);
    return 204;
  } catch (error) {
    console.error(error.message);
    seen.delete(id);
    return 500; // Comes again.
  }
}

const server = createServer((request, response) => {
  receive(request).then(
    (status) => response.writeHead(status).end(),
    () => response.destroy(),
  );
});
server.listen(Number(process.env.PORT ?? 8080), () => console.log(`listening on ${server.address().port}`));

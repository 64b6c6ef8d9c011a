import { Router } from 'express';
import type { Content } from '../content';
import type { MediaStore } from '../network/media-store';
import type { Network } from '../network/network';
import {
  type ContentInput,
  burstBody,
  changeBody,
  chatPath,
  messagePath,
  numberQuery,
  sendBody,
  userPath,
} from './requests';
import { messageView } from './views';

/** What people write, change and read on their phones. */
export function messageRoutes(network: Network, media: MediaStore): Router {
  const { conversations, directory } = network;
  const routes = Router();

  routes.post('/users/:number/send', async (request, response) => {
    const { number } = userPath.parse(request.params);
    const { body, content, ...rest } = sendBody.parse(request.body);
    const given = content ?? { kind: 'chat' as const, body: body ?? '' };
    const stored = await withMediaStored(given, media);
    response.status(201).json({ id: network.sendFromPhone(number, { ...rest, content: stored }) });
  });

  routes.post('/users/:number/burst', (request, response) => {
    const { number } = userPath.parse(request.params);
    const { to, bodies } = burstBody.parse(request.body);
    const send = (body: string) => network.sendFromPhone(number, { to, content: { kind: 'chat', body } });
    response.status(201).json({ ids: bodies.map(send) });
  });

  routes.post('/users/:number/messages/:id/change', (request, response) => {
    const { number, id } = messagePath.parse(request.params);
    const { chat, change } = changeBody.parse(request.body);
    network.changeFromPhone(number, { chat, targetId: id }, change);
    response.status(201).json({});
  });

  routes.get('/users/:number/chats/:chat', (request, response) => {
    const { number, chat } = chatPath.parse(request.params);
    const messages = conversations.at(directory.get(number).number, network.knownChat(chat))?.messages;
    response.json({ items: (messages ?? []).map((message) => messageView(message, conversations)) });
  });

  routes.post('/users/:number/chats/:chat/read', (request, response) => {
    const { number, chat } = chatPath.parse(request.params);
    network.readOnPhone(number, network.knownChat(chat));
    response.json({});
  });

  routes.get('/sends', (request, response) => {
    const { number } = numberQuery.parse(request.query);
    const sends = conversations.allSends();
    response.json({ items: number === undefined ? sends : sends.filter((send) => send.from === number) });
  });

  routes.get('/chat-states', (request, response) => {
    const { number } = numberQuery.parse(request.query);
    const all = network.chatStates.all();
    response.json({ items: number === undefined ? all : all.filter(({ from }) => from === number) });
  });

  return routes;
}

async function withMediaStored(content: ContentInput, store: MediaStore): Promise<Content> {
  if (!('media' in content)) return content;
  const { data, mimetype, size } = content.media;
  const stored = await store.put(Buffer.from(data, 'base64'), mimetype);
  return { ...content, media: { ...stored, size: size ?? stored.size } };
}

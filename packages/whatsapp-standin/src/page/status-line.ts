import type { SocketModel } from './models/connection-models';

/** The page's only picture: one line, so that a screenshot says how the session stands. */
export function showState(socket: SocketModel): void {
  const element = document.getElementById('app');
  if (!element) throw new Error('the page has no #app');
  const show = () => {
    element.textContent = `WhatsApp Web stand-in: ${socket.get('state')}${socket.get('hasSynced') ? ', synced' : ''}`;
  };
  socket.on('change', show);
  show();
}

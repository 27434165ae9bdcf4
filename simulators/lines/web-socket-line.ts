import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import type { ServerLine } from './one-peer-server.ts';
import { openOnePeerServer } from './one-peer-server.ts';

export interface WebSocketLine extends ServerLine {
  /** `ws://127.0.0.1:port` */
  readonly url: string;
}

const MESSAGE_BYTES_MAX = 1024 * 1024;

/** A simulated service on WebSocket: one chunk is one text message. @param port  0: any free one */
export async function openWebSocketLine({ port }: { readonly port: number }): Promise<WebSocketLine> {
  const line = await openOnePeerServer<WebSocket>({
    port,
    serve: (accept) => {
      const server = createServer();
      new WebSocketServer({ server, maxPayload: MESSAGE_BYTES_MAX }).on('connection', accept);
      return server;
    },
    hear: (socket, take) => void socket.on('error', () => socket.terminate()).on('message', (data) => take(Buffer.from(String(data), 'utf8'))),
    send: (socket, bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.from(bytes).toString('utf8'));
    },
    drop: (socket) => socket.terminate(),
  });
  return { ...line, url: `ws://127.0.0.1:${line.port}` };
}

import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { ServerLine } from './one-peer-server.ts';
import { openOnePeerServer } from './one-peer-server.ts';

export interface TcpLine extends ServerLine {
  /** `tcp://127.0.0.1:port` */
  readonly url: string;
}

/** A simulated service on TCP. @param port  0: any free one */
export async function openTcpLine({ port }: { readonly port: number }): Promise<TcpLine> {
  const line = await openOnePeerServer<Socket>({
    port,
    serve: (accept) => createServer(accept),
    hear: (socket, take) => void socket.on('error', () => socket.destroy()).on('data', take),
    send: (socket, bytes) => void socket.write(bytes),
    drop: (socket) => void socket.destroy(),
  });
  return { ...line, url: `tcp://127.0.0.1:${line.port}` };
}

import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { SimulatorLine } from '../simulator.ts';

const PUBLISHER_PATH = '/xfs4iot/v1.0';
const MESSAGE_BYTES_MAX = 2 * 1024 * 1024;

export interface XfsServiceLine extends SimulatorLine {
  /** Of the service; of the publisher without the name. */
  readonly url: string;
  readonly publisherUrl: string;
  close(): Promise<void>;
}

/**
 * The device's end of an XFS4IoT service on loopback: one message is one chunk; one client at a time, the newest wins. Its publisher, on the same port,
 * tells where it is. [xfs4iot §1.1]
 */
export async function openXfsServiceLine(options: { readonly port: number; readonly serviceName: string }): Promise<XfsServiceLine> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: options.port, maxPayload: MESSAGE_BYTES_MAX });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const { port } = server.address() as { readonly port: number };
  const publisherUrl = `ws://127.0.0.1:${port}${PUBLISHER_PATH}`;
  const url = `${publisherUrl}/${options.serviceName}/`;
  let isPlugged = true;
  let client: WebSocket | null = null;
  let listener: (chunk: Uint8Array) => void = () => {};

  server.on('connection', (socket, request) => {
    socket.on('error', () => socket.terminate());
    const path = (request.url ?? '').replace(/\/$/, '');
    if (path === PUBLISHER_PATH) return publish(socket, url);
    if (!isPlugged || path !== new URL(url).pathname.replace(/\/$/, '')) return socket.terminate();
    client?.terminate();
    client = socket;
    socket.on('message', (data) => {
      if (client === socket && isPlugged) listener(Buffer.isBuffer(data) ? data : Buffer.alloc(0));
    });
  });

  return {
    url,
    publisherUrl,
    write: (bytes) => {
      if (isPlugged) client?.send(bytes, { binary: false });
    },
    onData: (next) => {
      listener = next;
    },
    unplug: () => {
      isPlugged = false;
      client?.terminate();
      client = null;
    },
    plug: () => {
      isPlugged = true;
    },
    close: () => new Promise((resolve) => {
      for (const socket of server.clients) socket.terminate();
      server.close(() => resolve());
    }),
  };
}

function publish(socket: WebSocket, serviceUrl: string): void {
  socket.on('message', (data) => {
    const { header } = JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '{}') as { readonly header?: { readonly name?: unknown; readonly requestId?: unknown; readonly version?: unknown } };
    if (header?.name !== 'ServicePublisher.GetServices') return;
    const { name, requestId, version } = header;
    socket.send(JSON.stringify({ header: { type: 'acknowledge', name, requestId, version } }));
    socket.send(JSON.stringify({ header: { type: 'completion', name, requestId, version, completionCode: 'success' }, payload: { vendorName: 'Qolma simulators', services: [{ serviceURI: serviceUrl }] } }));
  });
}

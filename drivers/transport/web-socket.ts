import { WebSocket } from 'ws';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { Transport } from './transport.ts';

/** Larger messages are no answer of a device. [xfs4iot §1.2: 2 MiB] */
const MESSAGE_BYTES_MAX = 2 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 3_000;

/** A WebSocket as a line: one `write` is one text message, one chunk is one message, text or binary. */
export function createWebSocketTransport(url: string): Transport {
  let socket: WebSocket | null = null;
  let onData: (chunk: Uint8Array) => void = () => {};
  let onClosed: (detail: string) => void = () => {};
  const drop = () => {
    const dropped = socket;
    socket = null;
    dropped?.terminate();
  };
  return {
    name: url,
    open: () => new Promise((resolve) => {
      drop();
      const opening = new WebSocket(url, { maxPayload: MESSAGE_BYTES_MAX, handshakeTimeout: CONNECT_TIMEOUT_MS, followRedirects: false });
      opening.on('open', () => {
        socket = opening;
        resolve(ok(undefined));
      });
      opening.on('message', (data) => {
        if (socket === opening) onData(Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data);
      });
      opening.on('error', (error) => resolve(err({ code: 'LNK_PORT_UNAVAILABLE', detail: error.message })));
      opening.on('close', (code) => {
        resolve(err({ code: 'LNK_PORT_UNAVAILABLE', detail: `closed with ${code}` }));
        if (socket !== opening) return;
        socket = null;
        onClosed(`closed with ${code}`);
      });
    }),
    write(bytes) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(bytes, { binary: false });
      return true;
    },
    async close() {
      drop();
    },
    onData(listener) {
      onData = listener;
    },
    onClosed(listener) {
      onClosed = listener;
    },
  };
}

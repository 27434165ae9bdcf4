import { WebSocket } from 'ws';
import type { Result } from '../../main/foundation/outcome.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { Transport, TransportError } from './transport.ts';

/** Larger messages are no answer of a device. [xfs4iot §1.2: 2 MiB] */
const MESSAGE_BYTES_MAX = 2 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 3_000;

/** A WebSocket as a line: one `write` is one text message, one chunk is one message, text or binary. A longer message than allowed ends the connection. */
export function createWebSocketTransport(url: string, { messageBytesMax = MESSAGE_BYTES_MAX }: { readonly messageBytesMax?: number } = {}): Transport {
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
      const made = makeSocket(url, messageBytesMax);
      if (!made.ok) return resolve(made);
      const opening = made.value;
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

/** An address that is none throws at once. */
function makeSocket(url: string, maxPayload: number): Result<WebSocket, TransportError> {
  try {
    return ok(new WebSocket(url, { maxPayload, handshakeTimeout: CONNECT_TIMEOUT_MS, followRedirects: false, perMessageDeflate: false }));
  } catch (error) {
    return err({ code: 'LNK_PORT_UNAVAILABLE', detail: error instanceof Error ? error.message : String(error) });
  }
}

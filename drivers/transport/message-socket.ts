import { WebSocket } from 'ws';
import type { Result } from '../../main/foundation/outcome.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { TransportError } from './transport.ts';

/** A line of text messages: one `send` or one event is one message, whole. */
export interface MessageTransport {
  readonly name: string;
  open(): Promise<Result<void, TransportError>>;
  /** False when the line is not open; the message is then dropped. */
  send(text: string): boolean;
  close(): Promise<void>;
  onMessage(listener: (text: string) => void): void;
  /** The open line is gone; not called on `close()`. */
  onClosed(listener: (detail: string) => void): void;
}

const HANDSHAKE_TIMEOUT_MS = 5_000;

/** A WebSocket to a service. Binary messages and longer ones than allowed end the connection. @param url  ws:// or wss:// */
export function createMessageSocket(url: string, options: { readonly messageBytesMax: number }): MessageTransport {
  return new MessageSocket(url, options.messageBytesMax);
}

class MessageSocket implements MessageTransport {
  readonly name: string;
  readonly #messageBytesMax: number;
  #socket: WebSocket | undefined;
  #onMessage: (text: string) => void = () => {};
  #onClosed: (detail: string) => void = () => {};

  constructor(url: string, messageBytesMax: number) {
    this.name = url;
    this.#messageBytesMax = messageBytesMax;
  }

  async open(): Promise<Result<void, TransportError>> {
    await this.close();
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.name, { maxPayload: this.#messageBytesMax, handshakeTimeout: HANDSHAKE_TIMEOUT_MS, perMessageDeflate: false });
    } catch (error) {
      return err({ code: 'LNK_PORT_UNAVAILABLE', detail: error instanceof Error ? error.message : String(error) });
    }
    const failure = await new Promise<string | null>((resolve) => {
      socket.once('open', () => resolve(null));
      socket.once('error', (error) => resolve(error.message));
      socket.once('close', () => resolve('closed by the other end'));
    });
    if (failure !== null) return err({ code: 'LNK_PORT_UNAVAILABLE', detail: failure });
    this.#socket = socket;
    socket.on('message', (data, isBinary) => {
      if (this.#socket !== socket) return;
      if (isBinary) this.#lose(socket, 'a binary message');
      else this.#onMessage(String(data));
    });
    socket.on('error', (error) => this.#lose(socket, error.message));
    socket.on('close', () => this.#lose(socket, 'closed by the other end'));
    return ok(undefined);
  }

  send(text: string): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.terminate();
  }

  onMessage(listener: (text: string) => void): void {
    this.#onMessage = listener;
  }

  onClosed(listener: (detail: string) => void): void {
    this.#onClosed = listener;
  }

  #lose(socket: WebSocket, detail: string): void {
    if (this.#socket !== socket) return;
    void this.close();
    this.#onClosed(detail);
  }
}

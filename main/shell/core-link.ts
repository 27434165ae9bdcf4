/** The shell's line to the core: connects, says hello with the token of this start, comes back after every loss. Knows nothing of what a screen means. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { CORE_SOCKET_FILE, CORE_SOCKET_MESSAGE_BYTES_MAX, CORE_SOCKET_PROTOCOL, CORE_TOKEN_FILE, type ToCore } from '../contracts/core-socket.ts';

const RETRY_DELAY_MS_MIN = 50;
const RETRY_DELAY_MS_MAX = 1000;
/** A core that restarts is back before this: its customer sees the same screen, not a flash of "out of service". */
const ABSENCE_SHOWN_AFTER_MS = 1500;

export interface CoreLink {
  /** The model to show now; null while there is no core, undefined before the first attempt has ended. */
  present(): unknown;
  sendIntent(intent: unknown): void;
  reportShown(revision: number): void;
  close(): void;
}

export interface CoreLinkParts {
  readonly runFolder: string;
  /** Each model as the core sent it, the same again after a reconnection; null when the core has been away for a while. */
  readonly onScreen: (model: unknown) => void;
  readonly onEvent: (event: string, fields: Record<string, string | number>) => void;
}

/** Starts connecting at once and goes on until closed. What is sent while there is no core is dropped: the screen it was made on is gone. */
export function connectToCore(parts: CoreLinkParts): CoreLink {
  return new ReconnectingLink(parts);
}

class ReconnectingLink implements CoreLink {
  readonly #parts: CoreLinkParts;
  #socket: WebSocket | null = null;
  #isGreeted = false;
  #isClosed = false;
  #present: unknown = undefined;
  #retryDelayMs = RETRY_DELAY_MS_MIN;
  #retryTimer: NodeJS.Timeout | undefined;
  #absenceTimer: NodeJS.Timeout | undefined;

  constructor(parts: CoreLinkParts) {
    this.#parts = parts;
    this.#noteAbsence();
    void this.#connect();
  }

  present(): unknown {
    return this.#present;
  }

  sendIntent(intent: unknown): void {
    // The core validates it against its schema; the shell only carries it.
    this.#send({ type: 'intent', intent } as ToCore);
  }

  reportShown(revision: number): void {
    this.#send({ type: 'shown', revision });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#absenceTimer);
    this.#socket?.terminate();
  }

  /** The token is read each time: every start of the core makes a new one. */
  async #connect(): Promise<void> {
    const { runFolder } = this.#parts;
    let token: string;
    try {
      token = (await readFile(join(runFolder, CORE_TOKEN_FILE), 'utf8')).trim();
    } catch {
      return this.#retry();
    }
    if (this.#isClosed) return;
    const socket = new WebSocket(`ws+unix://${join(runFolder, CORE_SOCKET_FILE)}:/`, { maxPayload: CORE_SOCKET_MESSAGE_BYTES_MAX, perMessageDeflate: false, handshakeTimeout: 2000 });
    this.#socket = socket;
    socket.on('open', () => {
      this.#isGreeted = true;
      this.#send({ type: 'hello', protocol: CORE_SOCKET_PROTOCOL, token, role: 'shell' });
    });
    socket.on('message', (data) => this.#receive(String(data)));
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', (code) => {
      const wasGreeted = this.#isGreeted;
      this.#isGreeted = false;
      this.#socket = null;
      if (this.#isClosed) return;
      if (wasGreeted) this.#parts.onEvent('shell.core.lost', { code });
      this.#noteAbsence();
      this.#retry();
    });
  }

  #receive(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.#parts.onEvent('shell.core.malformed', { lengthChars: text.length });
      return;
    }
    if (typeof message !== 'object' || message === null || !('type' in message)) return;
    if (message.type === 'dropped' && 'reason' in message) this.#parts.onEvent('shell.intent.dropped', { reason: String(message.reason) });
    if (message.type !== 'screen' || !('model' in message)) return;
    if (this.#absenceTimer !== undefined || this.#present === null || this.#present === undefined) this.#parts.onEvent('shell.core.connected', {});
    clearTimeout(this.#absenceTimer);
    this.#absenceTimer = undefined;
    this.#retryDelayMs = RETRY_DELAY_MS_MIN; // only an answer proves that the token was right
    this.#present = message.model;
    this.#parts.onScreen(message.model);
  }

  #send(message: ToCore): void {
    if (this.#isGreeted) this.#socket?.send(JSON.stringify(message));
  }

  #retry(): void {
    if (this.#isClosed) return;
    this.#retryTimer = setTimeout(() => void this.#connect(), this.#retryDelayMs);
    this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, RETRY_DELAY_MS_MAX);
  }

  #noteAbsence(): void {
    if (this.#absenceTimer !== undefined || this.#present === null) return;
    this.#absenceTimer = setTimeout(() => {
      this.#absenceTimer = undefined;
      this.#present = null;
      this.#parts.onScreen(null);
    }, ABSENCE_SHOWN_AFTER_MS);
  }
}

import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { CORE_SOCKET_PROTOCOL, fromCoreSchema } from '../../../main/contracts/core-socket.ts';
import type { FromCore } from '../../../main/contracts/core-socket.ts';
import type { Intent } from '../../../main/contracts/intent.ts';
import type { ScreenModel } from '../../../main/contracts/screen-model.ts';

export type Dropped = Extract<FromCore, { type: 'dropped' }>['reason'];

/** A model with the moment at which it came, for count-downs. */
export interface SeenModel {
  readonly model: ScreenModel;
  readonly seenMonotonicMs: number;
}

type Heard = { readonly kind: 'model'; readonly seen: SeenModel } | { readonly kind: 'taken' } | { readonly kind: 'dropped'; readonly reason: Dropped } | { readonly kind: 'gone' };

/**
 * A window without pixels: sees the models that the core sends and sends intents. Connects to one life of the core; a message that does not
 * fit the contract ends it with an error, as a broken window would.
 */
export class ScreenClient {
  readonly #socket: WebSocket;
  readonly #listeners = new Set<(heard: Heard) => void>();
  readonly #monotonicMs: () => number;
  #last: SeenModel | null = null;
  #brokenBy: string | null = null;

  private constructor(socket: WebSocket, monotonicMs: () => number) {
    this.#socket = socket;
    this.#monotonicMs = monotonicMs;
    socket.on('message', (data) => this.#hear(String(data)));
    socket.on('close', () => this.#tell({ kind: 'gone' }));
    socket.on('error', () => socket.terminate());
  }

  /** @throws when the core does not take connections or knows another token */
  static connect(options: { readonly socketPath: string; readonly tokenPath: string; readonly monotonicMs: () => number; readonly listener: (heard: Heard) => void }): Promise<ScreenClient> {
    const token = readFileSync(options.tokenPath, 'utf8');
    const socket = new WebSocket(`ws+unix://${options.socketPath}:/`);
    return new Promise((resolve, reject) => {
      const client = new ScreenClient(socket, options.monotonicMs);
      client.onHeard(options.listener);
      socket.once('error', reject);
      socket.once('close', (code) => reject(new Error(`the core closed the connection (${code})`)));
      socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', protocol: CORE_SOCKET_PROTOCOL, token, role: 'script' })));
      client.onHeard((heard) => {
        if (heard.kind === 'model') resolve(client);
      });
    });
  }

  get last(): SeenModel | null {
    return this.#last;
  }

  /** What did not fit the contract, or null. */
  get brokenBy(): string | null {
    return this.#brokenBy;
  }

  onHeard(listener: (heard: Heard) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(intent: Intent): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ type: 'intent', intent }));
  }

  close(): void {
    this.#listeners.clear();
    this.#socket.terminate();
  }

  #hear(text: string): void {
    const message = fromCoreSchema.safeParse(JSON.parse(text));
    if (!message.success) {
      this.#brokenBy = `the core sent what the contract does not know: ${message.error.issues[0]?.message ?? ''} at ${message.error.issues[0]?.path.join('.') ?? ''}`;
      this.#socket.terminate();
      return;
    }
    if (message.data.type === 'taken') return this.#tell({ kind: 'taken' });
    if (message.data.type === 'dropped') return this.#tell({ kind: 'dropped', reason: message.data.reason });
    this.#last = { model: message.data.model, seenMonotonicMs: this.#monotonicMs() };
    this.#tell({ kind: 'model', seen: this.#last });
  }

  #tell(heard: Heard): void {
    for (const listener of [...this.#listeners]) listener(heard);
  }
}

export type { Heard };

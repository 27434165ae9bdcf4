import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { TransportError } from '../../transport/transport.ts';
import type { SmartCardAdapter } from './adapter.ts';

/** Not a dependency of ours: native code behind the PC/SC service. A site that wants it installs it beside Qolma. [card-readers, PC/SC from Node] */
const BINDING = 'pcsc-mini';
/** A service or reader that hangs leaves its promises open: what is asked for is given up after so long. */
const CARD_ANSWER_MS = 5_000;
/** The service tells the readers that are there at once. */
const READER_WAIT_MS = 3_000;

/** What is used of the binding; also the shape of the fake that its test gives. */
export interface PcscBinding {
  readonly Client: new () => PcscClient;
  readonly ReaderStatus: { readonly PRESENT: number; readonly MUTE: number };
  readonly CardMode: { readonly SHARED: number; readonly DIRECT: number };
  readonly CardDisposition: { readonly LEAVE: number; readonly RESET: number };
}
interface PcscClient {
  on(event: 'reader', listener: (reader: PcscReader) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  start(): unknown;
  stop(): unknown;
}
interface PcscReader {
  toString(): string;
  on(event: 'change', listener: (status: { has(flag: number): boolean }, answerToReset: Uint8Array) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
  connect(mode: number): Promise<PcscCard>;
}
interface PcscCard {
  transmit(command: Uint8Array): Promise<Uint8Array>;
  disconnect(disposition: number): Promise<unknown>;
}

/** Loaded only now: a terminal without PC/SC never touches it. */
async function loadBinding(): Promise<PcscBinding> {
  // By a name that no builder follows.
  const name: string = BINDING;
  return (await import(name)) as PcscBinding;
}

export interface NativeAdapterOptions {
  /** Part of the reader's name as the system tells it; empty: the first one. */
  readonly readerName: string;
  readonly load?: () => Promise<PcscBinding>;
  /** For waits that must end: `setTimeout` of the driver's clock. */
  readonly after: (delayMs: number, action: () => void) => void;
}

/** A reader behind the PC/SC service of the system. */
export class NativeSmartCardAdapter implements SmartCardAdapter {
  readonly name: string;
  readonly #options: NativeAdapterOptions;
  #binding: PcscBinding | undefined;
  #client: PcscClient | undefined;
  #reader: PcscReader | undefined;
  #card: PcscCard | undefined;
  #onCard: (answerToReset: Uint8Array | null) => void = () => {};
  #onClosed: (detail: string) => void = () => {};

  constructor(options: NativeAdapterOptions) {
    this.name = `pcsc:${options.readerName}`;
    this.#options = options;
  }

  onCard(listener: (answerToReset: Uint8Array | null) => void): void {
    this.#onCard = listener;
  }

  onClosed(listener: (detail: string) => void): void {
    this.#onClosed = listener;
  }

  async open(): Promise<Result<void, TransportError>> {
    await this.close();
    let client: PcscClient;
    try {
      this.#binding = await (this.#options.load ?? loadBinding)();
      client = new this.#binding.Client();
    } catch (error) {
      return err({ code: 'LNK_PORT_UNAVAILABLE', detail: `${BINDING}: ${words(error)}` });
    }
    this.#client = client;
    const isFound = await new Promise<boolean>((resolve) => {
      client.on('error', (error) => {
        resolve(false);
        this.#lose(client, words(error));
      });
      client.on('reader', (reader) => {
        if (this.#client !== client || this.#reader !== undefined || !String(reader).includes(this.#options.readerName)) return;
        this.#attach(client, reader);
        resolve(true);
      });
      this.#options.after(READER_WAIT_MS, () => resolve(false));
      client.start();
    });
    if (isFound) return ok(undefined);
    await this.close();
    return err({ code: 'LNK_PORT_UNAVAILABLE', detail: `no reader ${JSON.stringify(this.#options.readerName)}` });
  }

  async close(): Promise<void> {
    const [client, card] = [this.#client, this.#card];
    this.#client = undefined;
    this.#reader = undefined;
    this.#card = undefined;
    await this.#release(card);
    client?.stop();
  }

  /** A direct connection is one to the reader, without a card. A refusal is an answer: that the reader went, its own event tells. */
  async isAlive(): Promise<boolean> {
    const [binding, reader] = [this.#binding, this.#reader];
    if (binding === undefined || reader === undefined) return false;
    // One connection at a time; a card that is read says by itself whether it is there.
    if (this.#card !== undefined) return true;
    try {
      const direct = await reader.connect(binding.CardMode.DIRECT);
      await direct.disconnect(binding.CardDisposition.LEAVE);
    } catch {
      return true;
    }
    return true;
  }

  async transmit(command: Uint8Array): Promise<Uint8Array | null> {
    const [binding, reader] = [this.#binding, this.#reader];
    if (binding === undefined || reader === undefined) return null;
    const answer = await this.#within(CARD_ANSWER_MS, async () => {
      this.#card ??= await reader.connect(binding.CardMode.SHARED);
      return this.#card.transmit(command);
    });
    if (answer === null) this.#card = undefined;
    return answer;
  }

  /** null: it failed, or did not end in time. */
  #within<T>(limitMs: number, job: () => Promise<T>): Promise<T | null> {
    return Promise.race([job().catch(() => null), new Promise<null>((resolve) => this.#options.after(limitMs, () => resolve(null)))]);
  }

  #attach(client: PcscClient, reader: PcscReader): void {
    this.#reader = reader;
    reader.on('change', (status, answerToReset) => {
      const { ReaderStatus } = this.#binding!;
      const isThere = status.has(ReaderStatus.PRESENT) && !status.has(ReaderStatus.MUTE);
      if (!isThere) void this.#release(this.#card);
      if (this.#client === client) this.#onCard(isThere ? answerToReset : null);
    });
    reader.on('disconnect', () => this.#lose(client, 'the reader was pulled'));
  }

  async #release(card: PcscCard | undefined): Promise<void> {
    if (this.#card === card) this.#card = undefined;
    // A card that went cannot be released, and need not be.
    if (card !== undefined) await this.#within(CARD_ANSWER_MS, () => card.disconnect(this.#binding!.CardDisposition.RESET));
  }

  #lose(client: PcscClient, detail: string): void {
    if (this.#client !== client) return;
    void this.close();
    this.#onClosed(detail);
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

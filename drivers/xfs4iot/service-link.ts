import { z } from 'zod';
import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { Link } from '../life/line-device.ts';
import type { Transport, TransportError } from '../transport/transport.ts';
import type { Message, Payload } from './messages.ts';
import { encodeCommand, readMessage } from './messages.ts';
import type { Capabilities } from './versions.ts';
import { Versions, capabilitiesSchema, hasInterface } from './versions.ts';

/** An acknowledgement comes at once; without one nobody is there. */
const ACKNOWLEDGE_TIMEOUT_MS = 3_000;
const QUERY_TIMEOUT_MS = 5_000;
const SERVICES_MAX = 32;
const EVENTS_MAX = 200;
/** `…/xfs4iot/v1.0` names the publisher, with a name behind it a service. [xfs4iot §1.1] */
const PUBLISHER_PATH = /\/xfs4iot\/v1\.0\/?$/;

export interface XfsEvent {
  readonly name: string;
  readonly payload: Payload;
}

export type XfsReply =
  | { readonly kind: 'done'; readonly payload: Payload; readonly events: readonly XfsEvent[] }
  /** Completed with anything but success; the payload can still say what moved. */
  | { readonly kind: 'failed'; readonly completionCode: string; readonly errorCode: string | null; readonly detail: string; readonly payload: Payload; readonly events: readonly XfsEvent[] }
  /** Not sent, or the service did not take it: nothing was begun. */
  | { readonly kind: 'refused'; readonly detail: string }
  /** Sent, and the connection or the time ended before the completion. */
  | { readonly kind: 'silence'; readonly events: readonly XfsEvent[] };

interface Pending {
  readonly name: string;
  readonly events: XfsEvent[];
  readonly settle: (reply: XfsReply) => void;
  readonly patienceMs: number;
  timer: TimerHandle;
}

export interface ServiceLinkOptions {
  /** Publisher or service. */
  readonly url: string;
  /** PascalCase names of the interfaces that the service must have, all of them. */
  readonly interfaceNames: readonly string[];
  readonly connect: (url: string) => Transport;
  readonly clock: Clock;
  readonly log: Log;
}

/** One connection to one service: finds it, agrees on versions, keeps commands until their completion. Payloads are never logged. */
export class ServiceLink implements Link {
  readonly #options: ServiceLinkOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #counters = { badMessageCount: 0, timeoutCount: 0, lateCompletionCount: 0, lineLostCount: 0 };
  #transport: Transport | null = null;
  #versions: Versions | null = null;
  #capabilities: Capabilities | null = null;
  #lastRequestId = 0;
  #onLost: () => void = () => {};
  #onEvent: (event: XfsEvent, isCommandEvent: boolean) => void = () => {};

  constructor(options: ServiceLinkOptions) {
    this.#options = options;
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  /** As told when the connection was made. */
  get capabilities(): Capabilities | null {
    return this.#capabilities;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  onEvent(listener: (event: XfsEvent, isCommandEvent: boolean) => void): void {
    this.#onEvent = listener;
  }

  /** Whether the service has this command in a version that we speak. */
  has(name: string): boolean {
    return (this.#versions?.of(name) ?? null) !== null;
  }

  async open(): Promise<Result<void, TransportError>> {
    const { url, interfaceNames } = this.#options;
    if (!PUBLISHER_PATH.test(new URL(url).pathname)) return this.#openService(url);
    const found = await this.#discover();
    if (!found.ok) return found;
    for (const service of found.value) {
      const opened = await this.#openService(service);
      if (opened.ok) return opened;
    }
    return err({ code: 'LNK_PORT_UNAVAILABLE', detail: `none of ${found.value.length} services offers ${interfaceNames.join(' and ')}` });
  }

  async close(): Promise<void> {
    const transport = this.#transport;
    this.#transport = null;
    this.#settleAll();
    await transport?.close();
  }

  /** @param timeoutMs  the service's own limit; 0: none @param patienceMs  ours, from the acknowledgement; the command goes on behind it */
  command(name: string, payload?: Payload, { timeoutMs = 0, patienceMs = QUERY_TIMEOUT_MS }: { readonly timeoutMs?: number; readonly patienceMs?: number } = {}): Promise<XfsReply> {
    const version = this.#versions?.of(name) ?? null;
    if (version === null) return Promise.resolve({ kind: 'refused', detail: `the service does not offer ${name}` });
    return this.#send(name, version, payload, timeoutMs, patienceMs);
  }

  /** Asks a running command to end; its own completion says what became of it. @returns requestId for `cancel`, of the newest command of that name */
  async cancel(name: string): Promise<void> {
    const running = [...this.#pending].findLast(([, pending]) => pending.name === name);
    if (running !== undefined) await this.command('Common.Cancel', { requestIds: [running[0]] });
  }

  async #discover(): Promise<Result<readonly string[], TransportError>> {
    const { url } = this.#options;
    const opened = await this.#attach(url);
    if (!opened.ok) return opened;
    const reply = await this.#send('ServicePublisher.GetServices', '2.0', undefined, QUERY_TIMEOUT_MS, QUERY_TIMEOUT_MS);
    await this.close();
    if (reply.kind !== 'done') return err({ code: 'LNK_PORT_UNAVAILABLE', detail: 'the publisher names no services' });
    const told = [...reply.events.filter((event) => event.name === 'ServicePublisher.ServiceDetailEvent').map((event) => event.payload), reply.payload];
    const services = told.flatMap((payload) => servicesSchema.safeParse(payload).data?.services ?? []).map((service) => service.serviceURI);
    // A publisher sends nobody to another machine.
    return ok([...new Set(services)].filter((service) => URL.canParse(service) && new URL(service).hostname === new URL(url).hostname).slice(0, SERVICES_MAX));
  }

  async #openService(url: string): Promise<Result<void, TransportError>> {
    const attached = await this.#attach(url);
    if (!attached.ok) return attached;
    const capabilities = await this.#readCapabilities();
    const missing = this.#options.interfaceNames.filter((name) => capabilities === null || !hasInterface(capabilities, name));
    if (capabilities === null || missing.length > 0) {
      await this.close();
      return err({ code: 'LNK_PORT_UNAVAILABLE', detail: capabilities === null ? 'the service tells no capabilities in a version that we speak' : `the service does not offer ${missing.join(' and ')}` });
    }
    this.#capabilities = capabilities;
    this.#versions = new Versions(capabilities);
    const commands = this.#versions.toSet();
    if (Object.keys(commands).length > 0 && this.has('Common.SetVersions')) await this.command('Common.SetVersions', { commands });
    return this.#transport === null ? err({ code: 'LNK_LOST', detail: 'closed while versions were agreed' }) : ok(undefined);
  }

  /** 2.0 first, then 3.0; the format of 2021 (1.0) is another one. [xfs4iot §1.7] */
  async #readCapabilities(): Promise<Capabilities | null> {
    for (const version of ['2.0', '3.0']) {
      const reply = await this.#send('Common.Capabilities', version, undefined, QUERY_TIMEOUT_MS, QUERY_TIMEOUT_MS);
      if (reply.kind === 'done') return capabilitiesSchema.safeParse(reply.payload).data ?? null;
      if (reply.kind !== 'failed') return null;
    }
    return null;
  }

  async #attach(url: string): Promise<Result<void, TransportError>> {
    const transport = this.#options.connect(url);
    this.#versions = null;
    this.#capabilities = null;
    transport.onData((chunk) => {
      if (this.#transport === transport) this.#receive(chunk);
    });
    transport.onClosed((detail) => {
      if (this.#transport === transport) this.#lose(detail);
    });
    const opened = await transport.open();
    if (opened.ok) this.#transport = transport;
    return opened;
  }

  #send(name: string, version: string, payload: Payload | undefined, timeoutMs: number, patienceMs: number): Promise<XfsReply> {
    // Never used again in one connection. [xfs4iot §14.20]
    const requestId = ++this.#lastRequestId;
    const isSent = this.#transport?.write(encodeCommand({ name, version, requestId, timeoutMs, ...(payload === undefined ? {} : { payload }) })) ?? false;
    if (!isSent) return Promise.resolve({ kind: 'refused', detail: 'not connected' });
    return new Promise((settle) => {
      this.#pending.set(requestId, { name, events: [], settle, patienceMs, timer: this.#watch(requestId, ACKNOWLEDGE_TIMEOUT_MS) });
    });
  }

  #watch(requestId: number, delayMs: number): TimerHandle {
    return this.#options.clock.setTimeout(() => {
      this.#counters.timeoutCount++;
      const pending = this.#pending.get(requestId);
      if (pending !== undefined) this.#settle(requestId, { kind: 'silence', events: pending.events });
    }, delayMs);
  }

  #receive(chunk: Uint8Array): void {
    const read = readMessage(chunk);
    if (!read.ok) {
      this.#counters.badMessageCount++;
      this.#options.log.debug('xfs.link.badMessage', () => ({ reason: read.error, byteCount: chunk.length }));
    } else if (read.value.kind === 'event') this.#takeEvent(read.value);
    else this.#takeReply(read.value);
  }

  #takeEvent({ name, payload, requestId }: Extract<Message, { kind: 'event' }>): void {
    const pending = requestId === null ? undefined : this.#pending.get(requestId);
    if (pending !== undefined && pending.events.length < EVENTS_MAX) pending.events.push({ name, payload });
    this.#onEvent({ name, payload }, requestId !== null);
  }

  #takeReply(message: Exclude<Message, { kind: 'event' }>): void {
    const pending = this.#pending.get(message.requestId);
    if (pending === undefined) {
      this.#counters.lateCompletionCount++;
      return;
    }
    if (message.kind === 'acknowledge') {
      this.#options.clock.clearTimeout(pending.timer);
      if (message.status !== null) this.#settle(message.requestId, { kind: 'refused', detail: message.status });
      else pending.timer = this.#watch(message.requestId, pending.patienceMs);
      return;
    }
    const { completionCode, detail, payload } = message;
    const { events } = pending;
    if (completionCode === 'success') this.#settle(message.requestId, { kind: 'done', payload, events });
    else this.#settle(message.requestId, { kind: 'failed', completionCode, errorCode: typeof payload['errorCode'] === 'string' ? payload['errorCode'] : null, detail, payload, events });
  }

  #settle(requestId: number, reply: XfsReply): void {
    const pending = this.#pending.get(requestId);
    if (pending === undefined) return;
    this.#pending.delete(requestId);
    this.#options.clock.clearTimeout(pending.timer);
    pending.settle(reply);
  }

  #settleAll(): void {
    for (const [requestId, { events }] of [...this.#pending]) this.#settle(requestId, { kind: 'silence', events });
  }

  #lose(detail: string): void {
    this.#counters.lineLostCount++;
    this.#transport = null;
    this.#options.log.warn('xfs.link.lost', { detail });
    this.#settleAll();
    this.#onLost();
  }
}

const servicesSchema = z.looseObject({ services: z.array(z.looseObject({ serviceURI: z.string().max(500) })).max(SERVICES_MAX).nullish() });

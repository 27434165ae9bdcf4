import { Agent, request as httpsRequest } from 'node:https';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Clock, TimerHandle } from '../foundation/clock.ts';
import type { Log } from '../foundation/log.ts';
import { err, ok } from '../foundation/outcome.ts';
import type { Result } from '../foundation/outcome.ts';
import type { HostFailure } from '../contracts/host-operations.ts';
import type { HostLine } from './bank-host.ts';
import { IN_FLIGHT_COUNT_MAX } from './outbox/outbox.ts';

/** One POST, one answer, over mutual TLS. Nothing here looks into a document. [host-messages §3.5, §5.5; MAPPING §1] */
const MESSAGES_PATH = '/qolma/v1/messages';
const CONTENT_TYPE = 'application/xml; charset=utf-8';
/** The largest document of the link: a catalogue. The decoder has narrower limits by operation. */
const ANSWER_LENGTH_BYTES_MAX = 4 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 5000;
/** An idle connection is given up before a usual firewall forgets it silently. */
const KEEP_ALIVE_IDLE_MS = 30_000;
/** As many as the queue has in the air, and as many for questions: one that waited for a free connection would look as if the bank were gone. */
const CONNECTION_COUNT_MAX = 2 * IN_FLIGHT_COUNT_MAX;

export interface HttpsLineOptions {
  /** `https://host:port`; a path is not part of it. */
  readonly baseUrl: string;
  /** The only authority that is believed; the system's are not. */
  readonly caPem: string;
  /** The terminal's certificate and key for the line (not the ones for documents). */
  readonly certPem: string;
  readonly keyPem: string;
  /** Name that the host's certificate must bear. */
  readonly serverName: string;
  readonly clock: Clock;
  /** Until TLS stands. @default 5000 */
  readonly connectTimeoutMs?: number;
  readonly log: Log;
}

type LineFailure = Exclude<HostFailure, { kind: 'invalidAnswer' }>;
type Exchanged = Result<{ readonly bytes: Uint8Array; readonly httpStatus: number }, LineFailure>;
type LineRequest = Parameters<HostLine['exchange']>[0];

/**
 * @throws when the address is not https or the certificate does not fit the key: a fault of the installation, found at start
 */
export function createHttpsLine(options: HttpsLineOptions): HostLine {
  const url = new URL(MESSAGES_PATH, options.baseUrl);
  if (url.protocol !== 'https:') throw new Error(`host address: https expected, found ${url.protocol}`);
  const agent = new Agent({
    keepAlive: true,
    maxSockets: CONNECTION_COUNT_MAX,
    maxCachedSessions: 0,
    ca: options.caPem,
    cert: options.certPem,
    key: options.keyPem,
    servername: options.serverName,
    minVersion: 'TLSv1.2',
    // Of TLS 1.2 only ephemeral keys with authenticated encryption. [host-messages §3.5]
    ciphers: 'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384',
    rejectUnauthorized: true,
    timeout: KEEP_ALIVE_IDLE_MS,
  });
  const running = new Set<Exchange>();
  let isClosed = false;
  return {
    exchange: (request) => {
      if (isClosed) return Promise.resolve(err(notSent('the line is closed')));
      return new Promise((resolve) => {
        const exchange = new Exchange({ url, agent, request, clock: options.clock, connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS });
        running.add(exchange);
        exchange.start((result) => {
          running.delete(exchange);
          logResult(options.log, request, result);
          resolve(result);
        });
      });
    },
    close: () => {
      isClosed = true;
      for (const exchange of [...running]) exchange.abandon('the line was closed');
      agent.destroy();
      return Promise.resolve();
    },
  };
}

interface ExchangeOptions {
  readonly url: URL;
  readonly agent: Agent;
  readonly request: LineRequest;
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
}

/**
 * One request on its way. The question that matters is whether a byte of it can have reached the host: before the connection is given to it
 * certainly not (`notSent`), afterwards it may (`unanswered`). Settles exactly once.
 */
class Exchange {
  readonly #options: ExchangeOptions;
  #request: ClientRequest | undefined;
  #mayHaveArrived = false;
  #settle: ((result: Exchanged) => void) | undefined;
  #timers: TimerHandle[] = [];

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  start(settle: (result: Exchanged) => void): void {
    const { url, agent, request, clock, connectTimeoutMs } = this.#options;
    this.#settle = settle;
    const outgoing = httpsRequest(url, {
      agent,
      method: 'POST',
      headers: {
        'content-type': CONTENT_TYPE,
        'content-length': request.bytes.length,
        'qolma-message': request.messageName,
        'idempotency-key': request.messageId,
        'qolma-attempt': String(request.attempt),
      },
    });
    this.#request = outgoing;
    const connectTimer = clock.setTimeout(() => this.#fail('connect', 'no connection in time'), connectTimeoutMs);
    this.#timers.push(connectTimer, clock.setTimeout(() => this.#fail('answer', 'no answer in time'), request.timeoutMs));
    outgoing.once('socket', (socket) => {
      const onReady = (): void => {
        if (this.#settle === undefined) return;
        clock.clearTimeout(connectTimer);
        // From here on node may write at any moment, so from here on nothing is certain any more.
        this.#mayHaveArrived = true;
        outgoing.end(request.bytes);
      };
      if (outgoing.reusedSocket || isSecured(socket as TLSSocket)) onReady();
      else socket.once('secureConnect', onReady);
    });
    outgoing.once('response', (response) => this.#receive(response));
    outgoing.on('error', (error) => this.#fail('line', reasonOf(error)));
  }

  /** Ends it with what is known. */
  abandon(reason: string): void {
    this.#fail('line', reason);
  }

  #receive(response: IncomingMessage): void {
    const httpStatus = response.statusCode ?? 0;
    if (isAskAgain(httpStatus)) {
      this.#finish(err({ kind: 'unanswered', code: 'HST_UNREACHABLE', detail: `http ${httpStatus}`, ...retryAfter(response.headers) }));
      return;
    }
    const chunks: Buffer[] = [];
    let lengthBytes = 0;
    response.on('data', (chunk: Buffer) => {
      lengthBytes += chunk.length;
      chunks.push(chunk);
      // An answer all the same, and one that nobody believes: said to be none, it would be asked for again without end, and the bank taken for away each time.
      if (lengthBytes > ANSWER_LENGTH_BYTES_MAX) this.#finish(ok({ bytes: Buffer.concat(chunks).subarray(0, ANSWER_LENGTH_BYTES_MAX), httpStatus }));
    });
    response.once('end', () => {
      if (response.complete) this.#finish(ok({ bytes: Buffer.concat(chunks), httpStatus }), 'keepConnection');
      else this.#fail('line', 'the answer broke off');
    });
    response.on('error', (error) => this.#fail('line', reasonOf(error)));
    response.once('aborted', () => this.#fail('line', 'the answer broke off'));
  }

  #fail(stage: 'connect' | 'answer' | 'line', detail: string): void {
    if (!this.#mayHaveArrived) this.#finish(err(notSent(detail)));
    else this.#finish(err({ kind: 'unanswered', code: stage === 'answer' ? 'HST_TIMED_OUT' : 'HST_UNREACHABLE', detail }));
  }

  #finish(result: Exchanged, connection: 'keepConnection' | 'dropConnection' = 'dropConnection'): void {
    const settle = this.#settle;
    if (settle === undefined) return;
    this.#settle = undefined;
    for (const timer of this.#timers) this.#options.clock.clearTimeout(timer);
    // A connection on which an answer is still due must not serve the next request.
    if (connection === 'dropConnection') this.#request?.destroy();
    settle(result);
  }
}

/** Handshake done, the host's certificate accepted. */
function isSecured(socket: TLSSocket): boolean {
  return socket.authorized && !socket.connecting;
}

/** The host asks to come back, or something between us and it answered. 3xx is returned like any answer: never followed, and never a valid document. [host-messages §5.5] */
function isAskAgain(httpStatus: number): boolean {
  return httpStatus === 408 || httpStatus === 425 || httpStatus === 429 || httpStatus >= 500;
}

/** In seconds, or as a date beside the answer's own: by no clock of ours. [RFC 9110 §10.2.3] */
export function retryAfter(headers: Readonly<Record<string, string | string[] | undefined>>): { readonly retryAfterMs?: number } {
  const said = headers['retry-after'];
  if (typeof said !== 'string') return {};
  const waitMs = /^\d{1,9}$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.parse(String(headers['date']));
  return waitMs > 0 ? { retryAfterMs: waitMs } : {};
}

function notSent(detail: string): LineFailure {
  return { kind: 'notSent', code: 'HST_UNREACHABLE', detail };
}

/** Code of the system or of TLS: `ECONNREFUSED`, `ERR_TLS_CERT_ALTNAME_INVALID`. Never the message, which may quote what the other side sent. */
function reasonOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function logResult(log: Log, request: LineRequest, result: Exchanged): void {
  const fields = { messageId: request.messageId, messageName: request.messageName, attempt: request.attempt };
  if (result.ok) log.debug('host.line.answered', () => ({ ...fields, httpStatus: result.value.httpStatus, lengthBytes: result.value.bytes.length }));
  else log.warn(result.error.kind === 'notSent' ? 'host.line.notSent' : 'host.line.unanswered', { ...fields, code: result.error.code, reason: result.error.detail });
}

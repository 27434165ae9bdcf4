import { createServer } from 'node:https';
import type { Server, ServerOptions } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../../main/foundation/log.ts';
import type { LogFields } from '../../../main/foundation/log.ts';
import { IN_FLIGHT_COUNT_MAX } from '../../../main/host/outbox/outbox.ts';
import type { HostLine } from '../../../main/host/bank-host.ts';
import { createHttpsLine } from '../../../main/host/https-line.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

// Goal: what the line says about "can it have arrived" is true for every way an exchange can end. Method: a real TLS server on loopback; time-outs by a
// clock that the test advances.
const NOW_UTC_MS = systemClock().nowUtcMs();
const pki = generateSamplePki({ nowUtcMs: NOW_UTC_MS, random: seededRandom(1) });
const stranger = generateSamplePki({ nowUtcMs: NOW_UTC_MS, random: seededRandom(2) });
const expired = generateSamplePki({ nowUtcMs: NOW_UTC_MS - 3 * 365 * 86_400_000, random: seededRandom(3) });
const DOCUMENT = Buffer.from('<Envelope>қ</Envelope>');

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly clientName: string;
  readonly clientPort: number | undefined;
}

async function startBank(answer: (received: Received, response: ServerResponse) => void, tls: ServerOptions = {}): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server: Server = createServer({ ca: pki.caPem, cert: pki.host.certificatePem, key: pki.host.keyPem, requestCert: true, rejectUnauthorized: true, ...tls }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const peer = (request.socket as unknown as { getPeerCertificate(): { subject?: { CN?: string } } }).getPeerCertificate();
      const one = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks), clientName: peer.subject?.CN ?? '', clientPort: request.socket.remotePort };
      received.push(one);
      answer(one, response);
    });
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function startLine(baseUrl: string, overrides: Partial<Parameters<typeof createHttpsLine>[0]> = {}): HostLine {
  const line = createHttpsLine({ baseUrl, caPem: pki.caPem, certPem: pki.terminal.certificatePem, keyPem: pki.terminal.keyPem, serverName: 'localhost', clock: systemClock(), log: silentLog, ...overrides });
  opened.push(() => line.close());
  return line;
}

const request = (overrides: Partial<Parameters<HostLine['exchange']>[0]> = {}) => ({ messageId: 'M-1', messageName: 'catp.006.001.03', attempt: 1, bytes: DOCUMENT, timeoutMs: 30_000, ...overrides });

describe('an exchange that works', () => {
  it('posts the very bytes with duplicate key and attempt, as the terminal of the certificate', async () => {
    const bank = await startBank((_, response) => response.end('answer'));
    const result = await startLine(bank.url).exchange(request({ attempt: 3 }));
    expect(result).toEqual({ ok: true, value: { bytes: Buffer.from('answer'), httpStatus: 200 } });
    expect(bank.received[0]).toMatchObject({ method: 'POST', url: '/qolma/v1/messages', body: DOCUMENT, clientName: '0427' });
    expect(bank.received[0]?.headers).toMatchObject({ 'content-type': 'application/xml; charset=utf-8', 'idempotency-key': 'M-1', 'qolma-attempt': '3', 'qolma-message': 'catp.006.001.03' });
  });

  it('keeps one connection for exchanges that follow one another', async () => {
    const bank = await startBank((_, response) => response.end('answer'));
    const line = startLine(bank.url);
    await line.exchange(request());
    await line.exchange(request());
    expect(new Set(bank.received.map(({ clientPort }) => clientPort)).size).toBe(1);
  });

  it.each([400, 401, 403, 409, 301])('hands over the body of status %i without believing or following it', async (httpStatus) => {
    const bank = await startBank((_, response) => response.writeHead(httpStatus, { location: 'https://localhost:1/' }).end('body'));
    expect(await startLine(bank.url).exchange(request())).toEqual({ ok: true, value: { bytes: Buffer.from('body'), httpStatus } });
    expect(bank.received).toHaveLength(1);
  });
});

describe('what certainly did not arrive', () => {
  it('is notSent when nobody listens', async () => {
    const bank = await startBank((_, response) => response.end());
    await opened.pop()?.();
    expect(await startLine(bank.url).exchange(request())).toEqual({ ok: false, error: { kind: 'notSent', code: 'HST_UNREACHABLE', detail: 'ECONNREFUSED' } });
  });

  it('is notSent to a host of another authority', async () => {
    const bank = await startBank((_, response) => response.end(), { cert: stranger.host.certificatePem, key: stranger.host.keyPem });
    const result = await startLine(bank.url).exchange(request());
    expect(result).toMatchObject({ ok: false, error: { kind: 'notSent' } });
    expect(bank.received).toHaveLength(0);
  });

  it('is notSent to a host of another name', async () => {
    const bank = await startBank((_, response) => response.end());
    const result = await startLine(bank.url, { serverName: 'bank.invalid' }).exchange(request());
    expect(result).toMatchObject({ ok: false, error: { kind: 'notSent', detail: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
    expect(bank.received).toHaveLength(0);
  });

  it('is notSent to a host whose certificate has run out', async () => {
    const bank = await startBank(() => {}, { ca: expired.caPem, cert: expired.host.certificatePem, key: expired.host.keyPem });
    expect(await startLine(bank.url, { caPem: expired.caPem }).exchange(request())).toEqual({ ok: false, error: { kind: 'notSent', code: 'HST_UNREACHABLE', detail: 'CERT_HAS_EXPIRED' } });
    expect(bank.received).toEqual([]);
  });

  it('is notSent when TLS does not stand in time', async () => {
    const { url, accepted } = await startMuteTcp();
    const clock = createVirtualClock({ startUtcMs: NOW_UTC_MS });
    const pending = startLine(url, { clock, connectTimeoutMs: 5000 }).exchange(request());
    await accepted;
    await clock.advance(4999);
    await clock.advance(1);
    expect(await pending).toEqual({ ok: false, error: { kind: 'notSent', code: 'HST_UNREACHABLE', detail: 'no connection in time' } });
  });

  it('is notSent on TLS 1.1', async () => {
    const bank = await startBank((_, response) => response.end(), { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' });
    expect(await startLine(bank.url).exchange(request())).toMatchObject({ ok: false, error: { kind: 'notSent' } });
  });

  it('is notSent after close', async () => {
    const line = startLine('https://127.0.0.1:1');
    await line.close();
    expect(await line.exchange(request())).toMatchObject({ ok: false, error: { kind: 'notSent', detail: 'the line is closed' } });
  });
});

describe('what may have arrived', () => {
  it('is unanswered, timed out, when the host stays silent', async () => {
    const clock = createVirtualClock({ startUtcMs: NOW_UTC_MS });
    let arrived = (): void => {};
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const bank = await startBank(() => arrived());
    const pending = startLine(bank.url, { clock }).exchange(request({ timeoutMs: 30_000 }));
    await arrival;
    await clock.advance(30_000);
    expect(await pending).toEqual({ ok: false, error: { kind: 'unanswered', code: 'HST_TIMED_OUT', detail: 'no answer in time' } });
  });

  it('is unanswered when the host drops the connection after reading', async () => {
    const bank = await startBank((_, response) => response.destroy());
    expect(await startLine(bank.url).exchange(request())).toMatchObject({ ok: false, error: { kind: 'unanswered', code: 'HST_UNREACHABLE' } });
  });

  it('is unanswered when the answer breaks off', async () => {
    const bank = await startBank((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => response.destroy());
    });
    expect(await startLine(bank.url).exchange(request())).toMatchObject({ ok: false, error: { kind: 'unanswered', code: 'HST_UNREACHABLE' } });
  });

  it.each([408, 425, 429, 500, 502, 503])('is unanswered on status %i', async (httpStatus) => {
    const bank = await startBank((_, response) => response.writeHead(httpStatus).end('proxy page'));
    expect(await startLine(bank.url).exchange(request())).toEqual({ ok: false, error: { kind: 'unanswered', code: 'HST_UNREACHABLE', detail: `http ${httpStatus}` } });
  });

  it.each([
    [{ 'retry-after': '120' }, 120_000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:30:00 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 120_000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT', date: 'Wed, 21 Oct 2026 07:30:00 GMT' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
  ])('tells when it is to be asked again: %j', async (headers, retryAfterMs) => {
    const bank = await startBank((_, response) => response.writeHead(503, headers as Record<string, string>).end());
    expect(await startLine(bank.url).exchange(request())).toEqual({ ok: false, error: { kind: 'unanswered', code: 'HST_UNREACHABLE', detail: 'http 503', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } });
  });

  it('is an answer that nobody believes when it does not end, as far as is read of it', async () => {
    const bank = await startBank((_, response) => response.end(Buffer.alloc(4 * 1024 * 1024 + 1)));
    const exchanged = await startLine(bank.url).exchange(request());
    expect([exchanged.ok, exchanged.ok && exchanged.value.bytes.length]).toEqual([true, 4 * 1024 * 1024]);
  });

  it('is unanswered when the line is closed meanwhile, and nothing stays open', async () => {
    let arrived = (): void => {};
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const bank = await startBank(() => arrived());
    const line = startLine(bank.url);
    const pending = line.exchange(request());
    await arrival;
    await line.close();
    expect(await pending).toMatchObject({ ok: false, error: { kind: 'unanswered', detail: 'the line was closed' } });
  });

  it('gives no answer from a host for which our certificate has run out: it says so only when the request may have left', async () => {
    const bank = await startBank((_, response) => response.end('never'), { ca: expired.caPem });
    expect(await startLine(bank.url, { certPem: expired.terminal.certificatePem, keyPem: expired.terminal.keyPem }).exchange(request())).toMatchObject({ ok: false, error: { kind: 'unanswered', code: 'HST_UNREACHABLE' } });
    expect(bank.received).toEqual([]);
  });

  it('gives no answer from a host that does not know our certificate', async () => {
    // TLS 1.3: the client is done before the server has looked at its certificate, so the request may be written. The careful answer is the right one.
    const bank = await startBank((_, response) => response.end('answer'));
    const result = await startLine(bank.url, { certPem: stranger.terminal.certificatePem, keyPem: stranger.terminal.keyPem }).exchange(request());
    expect(result).toMatchObject({ ok: false });
    expect(bank.received).toHaveLength(0);
  });
});

it('does not serve the next request on a connection where an answer is still due', async () => {
  const clock = createVirtualClock({ startUtcMs: NOW_UTC_MS });
  let arrived = (): void => {};
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  const late: ServerResponse[] = [];
  const bank = await startBank((received, response) => {
    if (received.headers['idempotency-key'] === 'M-1') {
      late.push(response);
      arrived();
    } else response.end('second');
  });
  const line = startLine(bank.url, { clock });
  const first = line.exchange(request());
  await arrival;
  await clock.advance(30_000);
  expect(await first).toMatchObject({ ok: false, error: { kind: 'unanswered' } });
  late[0]?.end('first');
  expect(await line.exchange(request({ messageId: 'M-2' }))).toEqual({ ok: true, value: { bytes: Buffer.from('second'), httpStatus: 200 } });
});

it('keeps room for questions while the queue waits for slow answers', async () => {
  const bank = await startBank((received, response) => {
    if (!String(received.headers['idempotency-key']).startsWith('queued')) response.end('at once');
  });
  const line = startLine(bank.url);
  for (let n = 0; n < IN_FLIGHT_COUNT_MAX; n += 1) void line.exchange(request({ messageId: `queued-${n}` }));
  await expect.poll(() => bank.received.length).toBe(IN_FLIGHT_COUNT_MAX);
  expect(await line.exchange(request({ messageId: 'question' }))).toMatchObject({ ok: true });
});

it('logs ids, status and reason, never content', async () => {
  const lines: [string, LogFields | undefined][] = [];
  const log = { ...silentLog, warn: (event: string, fields?: LogFields) => void lines.push([event, fields]) };
  const bank = await startBank((_, response) => response.writeHead(503).end('secret page'));
  await startLine(bank.url, { log }).exchange(request());
  expect(lines).toEqual([['host.line.unanswered', { messageId: 'M-1', messageName: 'catp.006.001.03', attempt: 1, code: 'HST_UNREACHABLE', reason: 'http 503' }]]);
});

it('refuses an address without TLS at start', () => {
  expect(() => startLine('http://127.0.0.1:1')).toThrow('https expected');
});

/** Accepts connections and never says a word. */
async function startMuteTcp(): Promise<{ readonly url: string; readonly accepted: Promise<void> }> {
  let onAccepted = (): void => {};
  const accepted = new Promise<void>((resolve) => (onAccepted = resolve));
  const sockets: { destroy(): void }[] = [];
  const server: TcpServer = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onAccepted();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, accepted };
}

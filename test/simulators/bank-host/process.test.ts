import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostRequest } from '../../../main/contracts/host-operations.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import type { HostLine } from '../../../main/host/bank-host.ts';
import { createHttpsLine } from '../../../main/host/https-line.ts';
import { createIso20022Codec } from '../../../main/host/iso20022/codec.ts';
import { createFileSigner } from '../../../main/host/signing/signer.ts';
import { createTrust } from '../../../main/host/signing/trust.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import { readSamplePki } from '../../../simulators/bank-host/pki.ts';
import { SAMPLE_HOST_ID } from '../../../simulators/bank-host/sample-bank.ts';
import { connectControl } from '../../../simulators/control/control-socket.ts';

/** Goal: the process as it is started, with the terminal's own line and codec in front of it. */
const MAIN = join(import.meta.dirname, '../../../simulators/bank-host/main.ts');
const START_LIMIT_MS = 20_000;

describe('the bank process', () => {
  let folder: string;
  let bank: ChildProcess;
  const lines: HostLine[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'qolma-bank-'));
  });
  afterEach(async () => {
    for (const line of lines.splice(0)) await line.close();
    await stop();
    rmSync(folder, { recursive: true });
  });

  async function start(): Promise<number> {
    bank = spawn(process.execPath, [MAIN, '--run-folder', join(folder, 'run'), '--data-folder', join(folder, 'data')], { stdio: ['ignore', 'inherit', 'inherit'] });
    const addressPath = join(folder, 'run', RUN_FILES.bankAddress);
    const clock = systemClock();
    const startedMs = clock.monotonicMs();
    while (!existsSync(addressPath)) {
      if (bank.exitCode !== null || clock.monotonicMs() - startedMs > START_LIMIT_MS) throw new Error(`the bank did not start, exit ${bank.exitCode}`);
      await new Promise((resolve) => clock.setTimeout(() => resolve(undefined), 20));
    }
    return (JSON.parse(readFileSync(addressPath, 'utf8')) as { port: number }).port;
  }

  /** @returns the exit code */
  async function stop(): Promise<number | null> {
    if (bank.exitCode !== null) return bank.exitCode;
    const exited = new Promise<number | null>((resolve) => bank.once('exit', resolve));
    bank.kill('SIGTERM');
    return exited;
  }

  function terminalAt(port: number) {
    const pki = readSamplePki(join(folder, 'run', RUN_FILES.pki))!;
    const clock = systemClock();
    const line = createHttpsLine({ baseUrl: `https://127.0.0.1:${port}`, caPem: pki.caPem, certPem: pki.terminal.certificatePem, keyPem: pki.terminal.keyPem, serverName: 'localhost', clock, log: silentLog });
    lines.push(line);
    const codec = createIso20022Codec({
      terminalId: '0427', acquirerId: 'ACQ0001', hostId: SAMPLE_HOST_ID, clock, random: cryptoRandom(),
      signer: createFileSigner({ keyPem: pki.terminalSign.keyPem, certPem: pki.terminalSign.certificatePem }),
      trust: createTrust({ certificatesPem: [pki.hostSign.certificatePem], clock }),
      hostEncryptionKeyPem: pki.hostEncrypt.certificatePem,
    });
    const request: HostRequest<'device.exception'> = {
      operation: 'device.exception',
      body: { kind: 'malfunction', deviceId: 'printer', errorCode: 'PTR_JAM', detail: 'paper' },
      header: { messageId: 'M-1', operationId: 'O-1', terminalId: '0427', seq: 1, sessionId: null, createdAtUtcMs: clock.nowUtcMs(), validUntilUtcMs: clock.nowUtcMs() + 60_000, nonce: 'nonce-nonce-nonce-1', businessDay: null, language: 'kk' },
    };
    const encoded = codec.encodeRequest(request);
    if (!encoded.ok) throw new Error(encoded.error.detail);
    const { bytes, messageName, digest } = encoded.value;
    const post = (attempt: number, document = bytes, timeoutMs = 10_000) => line.exchange({ messageId: 'M-1', messageName, attempt, bytes: document, timeoutMs });
    return { post, bytes, decode: (answer: Uint8Array) => codec.decodeAnswer('device.exception', answer, { header: request.header, digest }) };
  }

  it('answers over mutual TLS, keeps its answers over a restart, and goes cleanly at SIGTERM', async () => {
    const terminal = terminalAt(await start());
    const first = await terminal.post(1);
    if (!first.ok) throw new Error(first.error.detail);
    expect(terminal.decode(first.value.bytes)).toMatchObject({ ok: true, value: { outcome: 'approved' } });
    expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o700);
    expect(await stop()).toBe(0);
    expect(existsSync(join(folder, 'run', RUN_FILES.bankAddress))).toBe(false);

    const again = terminalAt(await start());
    expect(await again.post(2, terminal.bytes)).toMatchObject({ ok: true, value: { httpStatus: 200, bytes: first.value.bytes } });
  });

  it('tells "not sent" from "not answered": link down, cut after processing, silence', async () => {
    const port = await start();
    const control = await connectControl(join(folder, 'run', RUN_FILES.bankControl));
    const terminal = terminalAt(port);
    const fault = (name: string) => control.send('bank', { do: 'fault', fault: name });
    await fault('linkDown');
    expect(await terminal.post(1)).toMatchObject({ ok: false, error: { kind: 'notSent' } });
    await fault('linkUp');
    await fault('cutAfter');
    expect(await terminal.post(2)).toMatchObject({ ok: false, error: { kind: 'unanswered', code: 'HST_UNREACHABLE' } });
    await fault('silence');
    expect(await terminal.post(3, terminal.bytes, 500)).toMatchObject({ ok: false, error: { kind: 'unanswered', code: 'HST_TIMED_OUT' } });
    expect(await terminal.post(4)).toMatchObject({ ok: true, value: { httpStatus: 200 } });
    const world = await control.send('bank', { do: 'world' });
    expect(world).toMatchObject({ ok: true, value: { deviceEvents: [{ kind: 'malfunction' }], trialBalanceMinor: 0 } });
    control.close();
  });
});

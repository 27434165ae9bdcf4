import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/system/system-clock.ts';
import { createSamplePki, generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import type { SamplePki } from '../../../simulators/bank-host/pki.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';

const NOW = Date.parse('2026-11-21T05:00:00Z');

describe('sample PKI', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'qolma-pki-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made once: a second start reads the same files', () => {
    const first = createSamplePki(folder, { nowUtcMs: NOW, random: seededRandom(1) });
    const second = createSamplePki(folder, { nowUtcMs: NOW + 1000, random: seededRandom(2) });
    expect(second).toEqual(first);
    expect(statSync(join(folder, 'terminal-sign.key')).mode & 0o777).toBe(0o600);
  });

  it('is made anew when less than a day is left, or when a key does not belong to its certificate', () => {
    const first = createSamplePki(folder, { nowUtcMs: NOW, random: seededRandom(1) });
    const renewed = createSamplePki(folder, { nowUtcMs: NOW + 730 * 86_400_000, random: seededRandom(2) });
    expect(renewed.caPem).not.toBe(first.caPem);
    writeFileSync(join(folder, 'host.key'), readFileSync(join(folder, 'terminal.key')));
    const repaired = createSamplePki(folder, { nowUtcMs: NOW + 730 * 86_400_000, random: seededRandom(3) });
    expect(new X509Certificate(repaired.host.certificatePem).subject).toContain('CN=localhost');
    expect(repaired.caPem).not.toBe(renewed.caPem);
  });

  it('lets the terminal in over mutual TLS and nobody with another authority (S-1, KP-7.2)', async () => {
    // TLS looks at the machine's own clock.
    const nowUtcMs = systemClock().nowUtcMs();
    const pki = generateSamplePki({ nowUtcMs, random: seededRandom(1) });
    const stranger = generateSamplePki({ nowUtcMs, random: seededRandom(2) });
    const server = createServer({ key: pki.host.keyPem, cert: pki.host.certificatePem, ca: pki.caPem, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' }, (_request, response) => response.end('in'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = (server.address() as AddressInfo).port;
    const ask = (client: SamplePki) =>
      new Promise<string>((resolve) => {
        const asked = request({ host: '127.0.0.1', port, ca: pki.caPem, cert: client.terminal.certificatePem, key: client.terminal.keyPem }, (response) => response.on('data', (chunk: Buffer) => resolve(chunk.toString())));
        asked.on('error', () => resolve('refused'));
        asked.end();
      });
    expect(await ask(pki)).toBe('in');
    expect(await ask(stranger)).toBe('refused');
    await new Promise((resolve) => server.close(resolve));
  });
});

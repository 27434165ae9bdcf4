import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HostAnswer, HostHeader, HostOperation, HostRequestBody } from '../../../main/contracts/host-operations.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { HostCodec, HostLine } from '../../../main/host/bank-host.ts';
import { createHttpsLine } from '../../../main/host/https-line.ts';
import { createIso20022Codec } from '../../../main/host/iso20022/codec.ts';
import { createFileSigner } from '../../../main/host/signing/signer.ts';
import { createTrust } from '../../../main/host/signing/trust.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import { serveBank } from '../../../simulators/bank-host/https-server.ts';
import type { BankServer } from '../../../simulators/bank-host/https-server.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { createSampleBank, SAMPLE_HOST_ID, SAMPLE_TERMINAL_ID } from '../../../simulators/bank-host/sample-bank.ts';
import { createSchemas } from '../../../simulators/bank-host/wire/schemas.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';

// Goal: codec, signature and line together reach the simulated bank over real TLS on loopback. What the bank decides is tested with the bank.
const clock = systemClock();
const random = seededRandom(5);
let server: BankServer;
let line: HostLine;
let codec: HostCodec;
let seq = 0;

beforeAll(async () => {
  const pki = generateSamplePki({ nowUtcMs: clock.nowUtcMs(), random });
  const schemas = createSchemas(join(import.meta.dirname, '../../../main/host/iso20022/xsd'));
  const bank = createSampleBank({ databasePath: ':memory:', clock, random, pki, schemas });
  server = await serveBank({ bank, pki, port: 0, onError: () => {} });
  line = createHttpsLine({ baseUrl: `https://127.0.0.1:${server.port}`, caPem: pki.caPem, certPem: pki.terminal.certificatePem, keyPem: pki.terminal.keyPem, serverName: 'localhost', clock, log: silentLog });
  codec = createIso20022Codec({
    terminalId: SAMPLE_TERMINAL_ID,
    acquirerId: 'SAMPLE',
    hostId: SAMPLE_HOST_ID,
    signer: createFileSigner({ keyPem: pki.terminalSign.keyPem, certPem: pki.terminalSign.certificatePem }),
    trust: createTrust({ certificatesPem: [pki.hostSign.certificatePem], clock }),
    hostEncryptionKeyPem: pki.hostEncrypt.certificatePem,
    clock,
    random,
  });
});

afterAll(async () => {
  await line.close();
  await server.close();
});

async function ask<Op extends HostOperation>(operation: Op, body: HostRequestBody<Op>): Promise<HostAnswer<Op>> {
  seq += 1;
  const nowUtcMs = clock.nowUtcMs();
  const header: HostHeader = {
    messageId: `M${nowUtcMs}-${seq}`,
    operationId: `O${nowUtcMs}-${seq}`,
    terminalId: SAMPLE_TERMINAL_ID,
    seq,
    sessionId: 'S-1',
    createdAtUtcMs: nowUtcMs,
    validUntilUtcMs: nowUtcMs + 60_000,
    nonce: Buffer.from(random.bytes(16)).toString('base64url'),
    businessDay: null,
    language: 'kk',
  };
  const encoded = codec.encodeRequest({ operation, header, body });
  if (!encoded.ok) throw new Error(encoded.error.detail);
  const exchanged = await line.exchange({ messageId: header.messageId, messageName: encoded.value.messageName, attempt: 1, bytes: encoded.value.bytes, timeoutMs: 10_000 });
  if (!exchanged.ok) throw new Error(exchanged.error.detail);
  const decoded = codec.decodeAnswer(operation, exchanged.value.bytes, { header, digest: encoded.value.digest });
  if (!decoded.ok) throw new Error(`${exchanged.value.httpStatus} ${decoded.error.code} ${decoded.error.detail}`);
  return decoded.value;
}

it('signs on, gets the catalogue, finds a client, asks a code and gives a wrong one', async () => {
  expect(await ask('link.signon', { softwareVersion: '0.1.0', configVersion: 'c-1' })).toMatchObject({ outcome: 'approved', body: { businessDay: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) } });
  const synced = await ask('catalogue.sync', { haveVersion: 0 });
  expect(synced.outcome === 'approved' && synced.body.catalogue?.providers.length).toBeGreaterThan(0);
  expect(await ask('client.find', { by: { kind: 'phone', phone: '+77000005678' }, operation: 'op-10' })).toMatchObject({ outcome: 'approved', body: { match: 'ambiguous', needs: 'birthDate' } });
  const found = await ask('client.find', { by: { kind: 'phone', phone: '+77000001234' }, operation: 'op-10' });
  if (found.outcome !== 'approved' || found.body.match !== 'one') throw new Error('the sample client is not there');
  const requested = await ask('otp.request', { destination: { kind: 'client', clientId: found.body.clientId }, operation: 'op-10' });
  if (requested.outcome !== 'approved') throw new Error('no code was made');
  const verified = await ask('otp.verify', { otpRef: requested.body.otpRef, code: '0'.repeat(requested.body.codeLength) });
  // One code in a million is this one; the seed of the bank is fixed, so it stays wrong.
  expect(verified).toMatchObject({ outcome: 'approved', body: { authToken: null, triesLeft: requested.body.triesLeft - 1 } });
});

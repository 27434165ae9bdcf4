import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import vectors from '../../../vectors/capture-service.json' with { type: 'json' };
import { decodeMessage, encodeMessage, type HostMessage } from '../../../../drivers/biometric/capture-service/codec.ts';
import { createCaptureService } from '../../../../drivers/biometric/capture-service/device.ts';
import type { CaptureHint, RecipientKey } from '../../../../drivers/interfaces/biometric.ts';
import { isSealed } from '../../../../drivers/interfaces/sealed-sample.ts';
import { createWebSocketTransport } from '../../../../drivers/transport/web-socket.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { systemClock } from '../../../../main/system/system-clock.ts';
import { createCaptureServiceSimulator } from '../../../../simulators/biometric/capture-service/simulator.ts';
import { openWebSocketLine } from '../../../../simulators/lines/web-socket-line.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { createDeviceBench } from '../../../support/device-bench.ts';
import { openedSample } from '../../../support/opened-sample.ts';

const HOST = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x, y } = HOST.publicKey.export({ format: 'jwk' });
const RECIPIENT: RecipientKey = { kty: 'EC', crv: 'P-256', x: x!, y: y! };
const CHALLENGE = 'kq3JvXbLk8s1v2nQyR0aTg';
const REQUEST = { modality: 'palmVein', recipient: RECIPIENT, challenge: CHALLENGE, timeoutMs: 20_000 } as const;
type Bench = Awaited<ReturnType<typeof createBench>>;

async function createBench(options: { readonly checksLiveness?: boolean; readonly modalities?: readonly 'palmVein'[] } = {}) {
  const bench = createDeviceBench({
    simulator: (environment) => createCaptureServiceSimulator(environment, options),
    driver: (common) => createCaptureService({ ...common, qualityPercentMin: 40, mustBeLive: true }),
  });
  bench.device.start();
  await bench.untilState('ready');
  return bench;
}

const open = (compact: string) => openedSample(compact, HOST.privateKey);

const sampleHeadOf = (bench: Bench) => bench.world()['lastSampleHead'] as string;

describe('messages of the capture service', () => {
  it.each(vectors.vectors)('$name', ({ to, text }) => {
    const json = JSON.parse(text) as object;
    if (to === 'host') expect(decodeMessage(text)).toEqual(json);
    else expect(encodeMessage(json as HostMessage)).toBe(text);
  });

  it.each(vectors.refused)('refuses $name', ({ text }) => {
    expect(decodeMessage(text)).toBeNull();
  });

  it('knows a seal by its form', () => {
    for (const text of ['', 'a.b.c.d.e', `${'a'.repeat(40)}`, Buffer.from('{"alg":"none"}').toString('base64url') + `..${'a'.repeat(16)}.AAAA.${'a'.repeat(22)}`]) expect(isSealed(text)).toBe(false);
  });
});

describe('biometric capture', () => {
  it('hands out a sample that only the host can open, bound to this request', async () => {
    const bench = await createBench();
    const hints: CaptureHint[] = [];
    bench.device.onHint((hint) => void hints.push(hint));
    expect(bench.device.status()).toMatchObject({ model: 'Simulated palm and face', firmware: '1.4', serialNumber: 'SIM-BIO-0427' });
    const capturing = bench.device.capture(REQUEST);
    await bench.clock.advance(1_000);
    expect(bench.device.status().state).toBe('busy');
    bench.hand({ do: 'present' });
    const outcome = await bench.settle(capturing);
    expect(outcome).toMatchObject({ kind: 'completed', value: { modality: 'palmVein', format: 'ISO/IEC 19794-9', qualityPercent: 80, liveness: 'live' } });
    if (outcome.kind !== 'completed') throw new Error('not captured');
    const opened = open(outcome.value.sealedSample);
    expect(opened).toMatchObject({ challenge: CHALLENGE, modality: 'palmVein' });
    expect(opened['sample']!.startsWith(sampleHeadOf(bench))).toBe(true);
    expect(hints).toEqual(['present', 'holdStill']);
    // Nothing of the sample in what the driver got, logged or told.
    for (const text of [...bench.said, JSON.stringify(outcome)]) expect(text).not.toContain(sampleHeadOf(bench));
    expect(bench.device.status().state).toBe('ready');
  });

  it.each([
    [{ do: 'present', isLive: false }, 'fraudAttempt'],
    [{ do: 'present', qualityPercent: 10 }, 'userError'],
    [{ do: 'present', qualityPercent: 30 }, 'userError'],
    [{ do: 'present', modality: 'face' }, 'timeOut'],
    [{ do: 'leave' }, 'timeOut'],
  ] as const)('%o: %s', async (hand, completionCode) => {
    const bench = await createBench();
    bench.hand(hand);
    expect(await bench.settle(bench.device.capture(REQUEST))).toMatchObject({ kind: 'failed', completionCode });
    expect(bench.device.status().state).toBe('ready');
  });

  it('ends at once when it is cancelled', async () => {
    const bench = await createBench();
    const capturing = bench.device.capture(REQUEST);
    await bench.clock.advance(500);
    bench.device.cancel();
    await bench.clock.advance(50);
    expect(await capturing).toMatchObject({ kind: 'failed', completionCode: 'canceled' });
    expect(bench.world()['isCapturing']).toBe(false);
  });

  it('refuses what is not there, a key of another kind and an old challenge form', async () => {
    const bench = await createBench({ modalities: ['palmVein'] });
    expect(await bench.settle(bench.device.capture({ ...REQUEST, modality: 'face' }))).toMatchObject({ completionCode: 'unsupportedCommand' });
    expect(await bench.settle(bench.device.capture({ ...REQUEST, recipient: { ...RECIPIENT, x: 'short' } }))).toMatchObject({ completionCode: 'invalidData' });
    expect(await bench.settle(bench.device.capture({ ...REQUEST, challenge: '1' }))).toMatchObject({ completionCode: 'invalidData' });
    expect(await bench.settle(bench.device.capture({ ...REQUEST, timeoutMs: 10 }))).toMatchObject({ completionCode: 'invalidData' });
    bench.hand({ do: 'present' });
    expect(await bench.settle(bench.device.capture({ ...REQUEST, recipient: { ...RECIPIENT, x: 'A'.repeat(43) } }))).toMatchObject({ completionCode: 'invalidData', detail: 'badKey' });
  });

  it('takes no sample of a service that does not check for life', async () => {
    const bench = await createBench({ checksLiveness: false });
    bench.hand({ do: 'present' });
    expect(await bench.settle(bench.device.capture(REQUEST))).toMatchObject({ kind: 'failed', completionCode: 'hardwareError' });
  });

  it.each([
    ['silence', 'capture', 'deviceNotReady'], ['silence', 'result', 'deviceNotReady'], ['late', 'result', 'deviceNotReady'], ['crash', 'capture', 'deviceNotReady'], ['crash', 'result', 'deviceNotReady'],
    ['badJson', 'result', 'hardwareError'], ['clearSample', 'result', 'hardwareError'], ['notSealed', 'result', 'hardwareError'], ['sensorLost', 'capture', 'hardwareError'],
  ])('%s at %s fails, nothing of the sample is kept, and the next capture works', async (fault, at, completionCode) => {
    const bench = await createBench();
    bench.hand({ do: 'fault', fault, at });
    bench.hand({ do: 'present' });
    expect(await bench.settle(bench.device.capture(REQUEST))).toMatchObject({ kind: 'failed', completionCode });
    const head = bench.world()['lastSampleHead'];
    if (typeof head === 'string') for (const text of [...bench.said, JSON.stringify(bench.device.status())]) expect(text).not.toContain(head);
    await bench.clock.advance(90_000);
    await bench.untilState('ready');
    expect((await bench.settle(bench.device.capture(REQUEST))).kind).toBe('completed');
  });

  it('drops the answer of a capture that was given up', async () => {
    const bench = await createBench();
    bench.hand({ do: 'fault', fault: 'otherCapture' });
    bench.hand({ do: 'present' });
    expect((await bench.settle(bench.device.capture(REQUEST))).kind).toBe('completed');
    expect(bench.device.status().counters).toMatchObject({ unexpectedMessageCount: 1 });
  });

  it('sees a dirty sensor, a silent service and one of another version', async () => {
    const bench = await createBench();
    bench.hand({ do: 'soilSensor' });
    await bench.untilState('faulty');
    expect(bench.device.status().faults).toEqual(['BIO_SENSOR_FAILURE']);
    bench.hand({ do: 'cleanSensor' });
    await bench.untilState('ready');
    bench.hand({ do: 'fault', fault: 'silence', at: 'ping' });
    await bench.untilState('offline');
    bench.hand({ do: 'fault', fault: 'otherVersion' });
    await bench.until(() => bench.device.status().lastFaults.some(({ code }) => code === 'LNK_PROTOCOL'), 'the other version');
    await bench.untilState('ready');
  });

  it('works over a WebSocket on this machine', async () => {
    const line = await openWebSocketLine({ port: 0 });
    const clock = systemClock();
    const simulator = createCaptureServiceSimulator({ line, clock, random: seededRandom(1), timeFactor: 0.01 }, {});
    simulator.start();
    simulator.control({ do: 'present' });
    const device = createCaptureService({ deviceId: 'palm', transport: createWebSocketTransport(line.url, { messageBytesMax: 65_536 }), clock, log: silentLog, qualityPercentMin: 40, mustBeLive: true });
    const isReady = new Promise<void>((resolve) => void device.onStatus(({ state }) => state === 'ready' && resolve()));
    device.start();
    await isReady;
    // It says so in the middle of its coming up; a command is taken when that is over.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    const outcome = await device.capture(REQUEST);
    expect(outcome.kind === 'completed' && open(outcome.value.sealedSample)['challenge']).toBe(CHALLENGE);
    const isOffline = new Promise<void>((resolve) => void device.onStatus(({ state }) => state === 'offline' && resolve()));
    line.unplug();
    await isOffline;
    await device.stop();
    expect(await createWebSocketTransport('nonsense', { messageBytesMax: 10 }).open()).toMatchObject({ ok: false, error: { code: 'LNK_PORT_UNAVAILABLE' } });
  });
});

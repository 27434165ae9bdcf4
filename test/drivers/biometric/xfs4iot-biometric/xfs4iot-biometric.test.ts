import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createXfsBiometric } from '../../../../drivers/biometric/xfs4iot-biometric/device.ts';
import { readSampleOf, readerAbilitiesOf } from '../../../../drivers/biometric/xfs4iot-biometric/messages.ts';
import type { CaptureHint, CaptureRequest, RecipientKey } from '../../../../drivers/interfaces/biometric.ts';
import { createWebSocketTransport } from '../../../../drivers/transport/web-socket.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { systemClock } from '../../../../main/system/system-clock.ts';
import type { XfsBiometricSimulatorOptions } from '../../../../simulators/biometric/xfs4iot-biometric/simulator.ts';
import { createXfsBiometricSimulator } from '../../../../simulators/biometric/xfs4iot-biometric/simulator.ts';
import { openXfsServiceLine } from '../../../../simulators/lines/xfs-service-line.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { createXfsBench, goldenForm } from '../../../support/xfs-bench.ts';
import { openedSample } from '../../../support/opened-sample.ts';
import golden from '../../../vectors/xfs4iot-biometric.json' with { type: 'json' };

const HOST = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x, y } = HOST.publicKey.export({ format: 'jwk' });
const RECIPIENT: RecipientKey = { kty: 'EC', crv: 'P-256', x: x!, y: y! };
const REQUEST: CaptureRequest = { modality: 'palmVein', recipient: RECIPIENT, challenge: 'kq3JvXbLk8s1v2nQyR0aTg', timeoutMs: 20_000 };
const OPTIONS = { qualityPercentMin: 40, mustBeLive: true, format: 'reservedTemplate1' };

function createBench(options: XfsBiometricSimulatorOptions = {}) {
  const bench = createXfsBench((common) => createXfsBiometric({ ...common, ...OPTIONS }), (environment) => createXfsBiometricSimulator(environment, options));
  const hints: CaptureHint[] = [];
  bench.device.onHint((hint) => hints.push(hint));
  const world = () => bench.simulator.world() as Readonly<Record<string, unknown>>;
  return {
    ...bench, hints, world,
    /** A capture with a person before the sensor. */
    async captureOf(person: object = {}, request: Partial<CaptureRequest> = {}) {
      const captured = bench.device.capture({ ...REQUEST, ...request });
      await bench.clock.advance(500);
      bench.hand({ do: 'present', ...person });
      return bench.settle(captured);
    },
  };
}

async function readyBench(options: XfsBiometricSimulatorOptions = {}) {
  const bench = createBench(options);
  bench.device.start();
  await bench.untilState('ready');
  return bench;
}

const open = (compact: string) => openedSample(compact, HOST.privateKey);

describe('golden messages', () => {
  it('are what driver and service say to one another around one capture', async () => {
    const bench = await readyBench();
    const outcome = await bench.captureOf({ qualityPercent: 82 });
    if (outcome.kind !== 'completed') throw new Error(outcome.kind);
    const sealed = Buffer.from(outcome.value.sealedSample).toString('base64');
    const said = bench.wire.map(goldenForm).filter(({ type, name }) => type !== 'acknowledge' && !name.startsWith('Common.'));
    const text = JSON.stringify(said).replace(sealed, 'SEALED').replace(RECIPIENT.x, 'RECIPIENT_X').replace(RECIPIENT.y, 'RECIPIENT_Y');
    expect(JSON.parse(text)).toEqual(golden.conversation);
  });

  it('of any shape are read without a throw', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('biometric', 'dataRead', 'seal'), fc.jsonValue()), (payload) => {
      readerAbilitiesOf(payload, 'reservedTemplate1');
      expect(readSampleOf(payload, 'reservedTemplate1')).toBeNull();
    }));
  });
});

describe('a sample', () => {
  it('opens at its recipient only, counts for its challenge only, and is nowhere in clear', async () => {
    const bench = await readyBench();
    const outcome = await bench.captureOf();
    if (outcome.kind !== 'completed') throw new Error(outcome.kind);
    const opened = open(outcome.value.sealedSample);
    expect(opened).toMatchObject({ challenge: REQUEST.challenge, modality: 'palmVein' });
    const head = bench.world()['lastSampleHead'] as string;
    expect(opened['sample']!.startsWith(head)).toBe(true);
    const everything = [...bench.wire.map(({ text }) => text), ...bench.said, JSON.stringify(bench.device.status())];
    expect(everything.filter((text) => text.includes(head) || text.includes(Buffer.from(head).toString('base64').slice(0, 20)))).toEqual([]);
    expect(bench.hints).toEqual(['present', 'holdStill', 'remove']);
  });

  it.each(['notSealed', 'clearSample'])('that comes in clear (%s) is dropped whole, and recorded', async (fault) => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault });
    expect(await bench.captureOf()).toMatchObject({ kind: 'failed', completionCode: 'hardwareError', errorCode: 'LNK_PROTOCOL' });
    const head = bench.world()['lastSampleHead'] as string;
    expect([...bench.said, JSON.stringify(bench.device.status())].filter((text) => text.includes(head))).toEqual([]);
    expect(bench.device.status().lastFaults.map(({ code }) => code)).toContain('LNK_PROTOCOL');
  });

  it.each([['good', {}], ['of what does not live', { isLive: false }], ['too poor', { qualityPercent: 10 }]])('leaves nothing in the device (%s)', async (_what, person) => {
    const bench = await readyBench();
    await bench.captureOf(person);
    expect(bench.world()).toMatchObject({ holdsScan: false, persistence: 'clear', isReading: false });
    expect(bench.wire.filter(({ from, text }) => from === 'client' && text.includes('Biometric.Clear'))).toHaveLength(2);
  });

  it('that the device does not forget is recorded', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'notCleared' });
    expect((await bench.captureOf()).kind).toBe('completed');
    expect(bench.device.status().lastFaults.map(({ code }) => code)).toContain('BIO_SENSOR_FAILURE');
  });
});

describe('a capture', () => {
  it.each([['poor', { qualityPercent: 30 }, 'userError'], ['very poor', { qualityPercent: 10 }, 'userError'], ['not alive', { isLive: false }, 'fraudAttempt']])('of what is %s gives nothing', async (_what, person, completionCode) => {
    const bench = await readyBench();
    expect(await bench.captureOf(person)).toMatchObject({ kind: 'failed', completionCode });
  });

  it('without a check that the person lives is refused', async () => {
    const bench = await readyBench({ checksLiveness: false });
    expect(await bench.captureOf({ isLive: false })).toMatchObject({ kind: 'failed', completionCode: 'hardwareError' });
  });

  it('is not begun for what is no request', async () => {
    const bench = await readyBench();
    for (const wrong of [{ challenge: 'short' }, { timeoutMs: 10 }, { recipient: { ...RECIPIENT, x: 'AA' } }]) expect(await bench.settle(bench.device.capture({ ...REQUEST, ...wrong }))).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
    expect(bench.wire.some(({ text }) => text.includes('Biometric.Read"') && text.includes('"command"'))).toBe(false);
  });

  it.each(['silence', 'completionLost', 'connectionLost'])('that %s cut off has failed, and the next one works', async (fault) => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault });
    expect(await bench.captureOf()).toMatchObject({ kind: 'failed', completionCode: 'deviceNotReady' });
    bench.hand({ do: 'leave' });
    await bench.untilState('ready');
    expect((await bench.captureOf()).kind).toBe('completed');
  });

  it.each(['sensorLost', 'hardwareError'])('ends at once by %s', async (fault) => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault });
    expect(await bench.captureOf()).toMatchObject({ kind: 'failed', completionCode: 'hardwareError', errorCode: 'BIO_SENSOR_FAILURE' });
  });
});

describe('a service', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  it('that does not seal is never asked to read', async () => {
    const bench = createBench({ isPlain: true });
    bench.device.start();
    await bench.until(() => bench.device.status().lastFaults.some(({ code }) => code === 'LNK_PROTOCOL'), 'the reason');
    expect(await bench.settle(bench.device.capture(REQUEST))).toMatchObject({ kind: 'failed' });
    expect(bench.device.capabilities).toEqual({ palmVein: false, face: false });
    expect(bench.wire.filter(({ from, text }) => from === 'client' && text.includes('Biometric.'))).toEqual([]);
  });

  it('in versions that we do not speak is not taken, and is when it has been renewed', async () => {
    const bench = createBench();
    bench.hand({ do: 'fault', fault: 'otherVersions' });
    bench.device.start();
    await bench.until(() => bench.device.status().lastFaults.some(({ code }) => code === 'LNK_PROTOCOL'), 'the reason');
    await bench.untilState('ready');
  });

  it('is found through its publisher on a real WebSocket and captures', async () => {
    const clock = systemClock();
    const line = await openXfsServiceLine({ port: 0, serviceName: 'Biometric1' });
    closers.push(() => line.close());
    const simulator = createXfsBiometricSimulator({ line, clock, random: seededRandom(1), timeFactor: 0.1 }, {});
    simulator.start();
    const reader = createXfsBiometric({ deviceId: 'palm', clock, log: silentLog, url: line.publisherUrl, connect: createWebSocketTransport, ...OPTIONS });
    reader.start();
    closers.push(() => reader.stop());
    await expect.poll(() => reader.status().state, { timeout: 10_000 }).toBe('ready');
    simulator.control({ do: 'present', modality: 'face' });
    const outcome = await reader.capture({ ...REQUEST, modality: 'face' });
    if (outcome.kind !== 'completed') throw new Error(outcome.kind);
    expect(open(outcome.value.sealedSample)).toMatchObject({ challenge: REQUEST.challenge, modality: 'face' });
  });
});

import { describe, expect, it } from 'vitest';
import vectors from '../../../vectors/nut-ups.json' with { type: 'json' };
import { decodeLine, faultsOf, listUps, listVariables, logout, readingOf } from '../../../../drivers/auxiliaries/nut-ups/codec.ts';
import { createNutUps } from '../../../../drivers/auxiliaries/nut-ups/device.ts';
import { createLineReader } from '../../../../drivers/auxiliaries/nut-ups/frames.ts';
import { createTcpTransport } from '../../../../drivers/transport/tcp.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { systemClock } from '../../../../main/system/system-clock.ts';
import { createNutUpsSimulator } from '../../../../simulators/auxiliaries/nut-ups/simulator.ts';
import { openTcpLine } from '../../../../simulators/lines/tcp-line.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { createDeviceBench } from '../../../support/device-bench.ts';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const createBench = (upsName = 'ups') => createDeviceBench({ simulator: (environment) => createNutUpsSimulator(environment, {}), driver: (options) => createNutUps({ ...options, upsName }) }, { bytesMax: 40 });
const ENCODERS: Readonly<Record<string, () => Uint8Array>> = { listUps, listVariables: () => listVariables('ups'), logout };

describe('NUT lines', () => {
  it.each(vectors.vectors.filter(({ to }) => to === 'host'))('reads $name', ({ hex, decoded }) => {
    expect(createLineReader().push(bytesOf(hex)).map((event) => (event.kind === 'line' ? decodeLine(event.text) : event))).toEqual([decoded]);
  });

  it.each(vectors.vectors.filter(({ to }) => to === 'device'))('writes, and the server hears, $name', async ({ hex, driver, answer }) => {
    if (driver !== undefined) expect(Buffer.from(ENCODERS[driver]!())).toEqual(bytesOf(hex));
    const heard: Uint8Array[] = [];
    const bench = createDeviceBench({
      simulator: (environment) => {
        // The server alone: what it says is kept, what it hears is the vector.
        const simulator = createNutUpsSimulator({ ...environment, line: { ...environment.line, write: (bytes) => void heard.push(bytes), onData: (listener) => environment.clock.setTimeout(() => listener(bytesOf(hex)), 1) } }, {});
        return simulator;
      },
      driver: (options) => createNutUps({ ...options, upsName: 'ups' }),
    });
    await bench.clock.advance(10);
    const text = Buffer.concat(heard).toString('utf8');
    expect(answer === undefined ? text.startsWith('BEGIN LIST') && text.includes('END LIST') : text.startsWith(answer.slice(0, 20))).toBe(true);
  });

  it('takes the status words for what they mean', () => {
    const of = (status: string, runtime?: string) => readingOf(new Map([['ups.status', status], ...(runtime === undefined ? [] : [['battery.runtime', runtime] as const])]));
    expect(of('OL CHRG')).toMatchObject({ source: 'mains', isBatteryLow: false });
    expect(of('OB DISCHRG', '900')).toMatchObject({ source: 'battery', isBatteryLow: false, runtimeS: 900 });
    expect(of('OB DISCHRG', '119')).toMatchObject({ source: 'battery', isBatteryLow: true });
    expect(of('OL', '119')).toMatchObject({ isBatteryLow: false });
    expect(of('OB LB')).toMatchObject({ isBatteryLow: true });
    expect(of('FSD OL')).toMatchObject({ source: 'mains', isBatteryLow: true });
    expect(of('OFF OB')).toMatchObject({ source: 'off' });
    expect(faultsOf(of(''))).toEqual(['SIU_POWER_UNKNOWN']);
    expect(faultsOf(of('OL RB'))).toEqual(['SIU_BATTERY_REPLACE']);
    expect(readingOf(new Map([['ups.status', 'OL'], ['battery.charge', 'much'], ['battery.runtime', '-5']]))).toMatchObject({ chargePercent: null, runtimeS: null });
    expect(readingOf(new Map([['ups.status', 'OL'], ['battery.charge', '99.6'], ['battery.runtime', '1e300']]))).toMatchObject({ chargePercent: 99, runtimeS: null });
  });
});

describe('UPS behind its server', () => {
  it('tells who it is and that mains is there', async () => {
    const { device, untilState } = createBench();
    expect(device.reading().source).toBe('unknown');
    device.start();
    await untilState('ready');
    expect(device.reading()).toEqual({ source: 'mains', isBatteryLow: false, mustReplaceBattery: false, chargePercent: 100, runtimeS: 1200 });
    expect(device.status()).toMatchObject({ model: 'Simulated 700', firmware: '2.07', serialNumber: 'SIM-UPS-0427', faults: [] });
  });

  it('follows mains away, the battery down and mains back, and stays ready', async () => {
    const { clock, device, hand, untilState, until } = createBench();
    const heard: string[] = [];
    device.onChange(({ source, isBatteryLow }) => heard.push(`${source}${isBatteryLow ? ' low' : ''}`));
    device.start();
    await untilState('ready');
    hand({ do: 'mains', on: false });
    await clock.advance(4_000);
    expect([device.status().state, device.status().faults]).toEqual(['ready', ['SIU_ON_BATTERY']]);
    await until(() => device.reading().isBatteryLow, 'low', 20 * 60_000);
    expect(device.status().faults).toEqual(['SIU_BATTERY_LOW', 'SIU_ON_BATTERY']);
    hand({ do: 'mains', on: true });
    await clock.advance(4_000);
    // It could not carry an orderly end again before it is charged.
    expect(device.status().faults).toEqual(['SIU_BATTERY_LOW']);
    hand({ do: 'setCharge', percent: 50 });
    await clock.advance(4_000);
    expect(device.status().faults).toEqual([]);
    expect(heard).toEqual(['mains', 'battery', 'battery low', 'mains low', 'mains']);
  });

  it('keeps the last reading for half a minute of old data, then knows nothing', async () => {
    const { clock, device, hand, untilState } = createBench();
    device.start();
    await untilState('ready');
    hand({ do: 'loseUps' });
    await clock.advance(20_000);
    expect(device.reading().source).toBe('mains');
    await clock.advance(15_000);
    expect([device.status().state, device.status().faults, device.reading().source]).toEqual(['faulty', ['SIU_POWER_UNKNOWN'], 'unknown']);
    hand({ do: 'findUps' });
    await clock.advance(4_000);
    expect([device.status().state, device.reading().source]).toEqual(['ready', 'mains']);
  });

  it.each(['silence', 'cutLine', 'noise', 'error', 'closed'])('lives through %s', async (fault) => {
    const { clock, device, hand, untilState } = createBench();
    device.start();
    await untilState('ready');
    hand({ do: 'fault', fault, times: 1 });
    await clock.advance(20_000);
    expect([device.status().state, device.reading().source]).toEqual(['ready', 'mains']);
  });

  it('knows nothing while the server is away, and a UPS of another name never', async () => {
    const { device, hand, untilState } = createBench();
    device.start();
    await untilState('ready');
    hand({ do: 'unplug' });
    await untilState('offline');
    expect([device.reading().source, device.status().faults]).toEqual(['unknown', ['SIU_OFFLINE']]);
    hand({ do: 'plug' });
    await untilState('ready');
    const other = createBench('other');
    other.device.start();
    await other.untilState('faulty');
    expect(other.device.status().lastFaults.map(({ code }) => code)).toContain('LNK_PROTOCOL');
  });

  it('works over TCP on this machine', async () => {
    const line = await openTcpLine({ port: 0 });
    const clock = systemClock();
    const simulator = createNutUpsSimulator({ line, clock, random: seededRandom(1), timeFactor: 1 }, {});
    simulator.start();
    const device = createNutUps({ deviceId: 'ups', transport: createTcpTransport(line.url), clock, log: silentLog, upsName: 'ups' });
    const isReady = new Promise<void>((resolve) => void device.onStatus(({ state }) => state === 'ready' && resolve()));
    const isOffline = new Promise<void>((resolve) => void device.onStatus(({ state }) => state === 'offline' && resolve()));
    device.start();
    await isReady;
    expect(device.reading().source).toBe('mains');
    line.unplug();
    await isOffline;
    await device.stop();
    await line.close();
    expect(await createTcpTransport('ws://127.0.0.1:1').open()).toMatchObject({ ok: false, error: { code: 'LNK_PORT_UNAVAILABLE' } });
    expect(await createTcpTransport(line.url).open()).toMatchObject({ ok: false });
  });
});

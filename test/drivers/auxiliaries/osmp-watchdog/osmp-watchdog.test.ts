import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../../vectors/osmp-watchdog.json' with { type: 'json' };
import { encodeCommand, type WatchdogCommand } from '../../../../drivers/auxiliaries/osmp-watchdog/codec.ts';
import { createOsmpWatchdog } from '../../../../drivers/auxiliaries/osmp-watchdog/device.ts';
import { createFrameReader, encodeFrame } from '../../../../drivers/auxiliaries/osmp-watchdog/frames.ts';
import { createOsmpWatchdogSimulator } from '../../../../simulators/auxiliaries/osmp-watchdog/simulator.ts';
import { buildFrame, HostFrameReader } from '../../../../simulators/auxiliaries/osmp-watchdog/wire.ts';
import type { DeviceBenchOptions } from '../../../support/device-bench.ts';
import { createDeviceBench } from '../../../support/device-bench.ts';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
/** With an owner that feeds it every 2 s, as the core does, while `owner.lives`. */
const createBench = (options: DeviceBenchOptions & { readonly isArmedAtStart?: boolean } = {}) => {
  const bench = createDeviceBench({
    simulator: (environment) => createOsmpWatchdogSimulator(environment, {}),
    driver: (common) => createOsmpWatchdog({ ...common, windowS: 30, computerOffS: 3, modemOffS: 2, isArmedAtStart: options.isArmedAtStart ?? true }),
  }, options);
  const owner = { lives: true };
  const feed = () => {
    if (owner.lives) bench.device.feed();
    bench.clock.setTimeout(feed, 2_000);
  };
  feed();
  return { ...bench, owner };
};

describe('OSMP 2.5 frames', () => {
  it.each(vectors.vectors)('$name, both sides', ({ hex, frame, command }) => {
    expect(createFrameReader().push(bytesOf(hex))).toEqual([{ kind: 'frame', command: frame.command, data: Buffer.from(frame.data, 'hex') }]);
    expect(Buffer.from(buildFrame(frame.command, [...Buffer.from(frame.data, 'hex')]))).toEqual(bytesOf(hex));
    expect(new HostFrameReader().push(bytesOf(hex))).toEqual([{ command: frame.command, data: [...Buffer.from(frame.data, 'hex')] }]);
    if (command !== undefined) expect(encodeCommand(command as WatchdogCommand)).toEqual(bytesOf(hex));
  });

  it('accounts for every byte, finds a good frame after noise, in any cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (noise, cut) => {
        const bytes = Buffer.concat([noise, encodeFrame(0x05, [])]);
        const reader = createFrameReader();
        const events = [];
        for (let offset = 0; offset < bytes.length; offset += cut) events.push(...reader.push(bytes.subarray(offset, offset + cut)));
        events.push(...reader.expire());
        expect(events.reduce((sum, event) => sum + (event.kind === 'noise' ? event.byteCount : event.data.length + 4), 0)).toBe(bytes.length);
        // A frame of noise may swallow the beginning, never more than its own length.
        if (!noise.includes(0xa5)) expect(events.at(-1)).toMatchObject({ kind: 'frame', command: 5 });
      }),
    );
  });
});

describe('watchdog', () => {
  it('sets its times, arms, and is pinged three times in a window', async () => {
    const { clock, device, world, untilState } = createBench({ bytesMax: 3 });
    device.start();
    await untilState('ready');
    expect(world()).toMatchObject({ isTimerOn: true, windowS: 30, computerOffS: 3, modemOffS: 2 });
    expect(device.isArmed()).toBe(true);
    expect(device.status()).toMatchObject({ model: 'OSMP 2.5 type 25', firmware: '2.5.1', serialNumber: '000427' });
    await clock.advance(300_000);
    expect(world()).toMatchObject({ computerResetCount: 0 });
    expect(world()['pingCount'] as number).toBeGreaterThanOrEqual(29);
  });

  it('cuts the power when the process cannot be heard, and not for lost pings alone', async () => {
    const { clock, device, hand, world, untilState } = createBench();
    device.start();
    await untilState('ready');
    hand({ do: 'fault', fault: 'lostPing', times: 40 });
    await clock.advance(120_000);
    expect(world()).toMatchObject({ computerResetCount: 0, isTimerOn: true });
    // As a dead process: nobody stops the driver, nobody pings.
    hand({ do: 'unplug' });
    await clock.advance(40_000);
    expect(world()).toMatchObject({ computerResetCount: 1 });
  });

  it('is not pinged for an owner that does not feed it, though the line works', async () => {
    const { clock, device, owner, world, untilState } = createBench();
    device.start();
    await untilState('ready');
    owner.lives = false;
    await clock.advance(42_000);
    expect([device.status().state, world()['computerResetCount']]).toEqual(['ready', 1]);
  });

  it('stays armed over a stop when another process is to take over', async () => {
    const { clock, device, settle, world, untilState } = createBench();
    device.start();
    await untilState('ready');
    device.leaveArmed();
    await settle(device.stop());
    await clock.advance(29_000);
    expect(world()).toMatchObject({ isTimerOn: true, computerResetCount: 0 });
    await clock.advance(2_000);
    expect(world()).toMatchObject({ computerResetCount: 1 });
  });

  it('is disarmed by an orderly stop', async () => {
    const { clock, device, settle, world, untilState } = createBench();
    device.start();
    await untilState('ready');
    await settle(device.stop());
    await clock.advance(120_000);
    expect(world()).toMatchObject({ isTimerOn: false, computerResetCount: 0 });
    expect(device.isArmed()).toBeNull();
  });

  it('stays disarmed when told so, and is armed again after the board was away', async () => {
    const { clock, device, hand, settle, world, untilState } = createBench({ isArmedAtStart: false });
    device.start();
    await untilState('ready');
    await clock.advance(60_000);
    expect(world()).toMatchObject({ isTimerOn: false, computerResetCount: 0 });
    expect(await settle(device.arm())).toMatchObject({ kind: 'completed' });
    hand({ do: 'powerOff' });
    await untilState('offline');
    hand({ do: 'powerOn' });
    await untilState('ready');
    expect(world()).toMatchObject({ isTimerOn: true });
    expect(await settle(device.disarm())).toMatchObject({ kind: 'completed' });
    expect(world()).toMatchObject({ isTimerOn: false });
  });

  it('orders a restart once: unanswered it is uncertain, never repeated', async () => {
    const { device, hand, settle, world, untilState } = createBench();
    device.start();
    await untilState('ready');
    hand({ do: 'fault', fault: 'silence', times: 1 });
    expect(await settle(device.restartModem())).toMatchObject({ kind: 'uncertain' });
    expect(world()).toMatchObject({ modemResetCount: 1 });
    await untilState('ready');
    expect(await settle(device.restartComputer())).toMatchObject({ kind: 'completed' });
    expect(world()).toMatchObject({ computerResetCount: 1 });
  });

  it('leaves another board alone', async () => {
    const { clock, device, hand, world } = createBench();
    hand({ do: 'imitate' });
    device.start();
    await clock.advance(30_000);
    expect([device.status().state, world()['isTimerOn']]).toEqual(['offline', false]);
    expect(device.status().lastFaults.map(({ code }) => code)).toContain('LNK_PROTOCOL');
  });

  it.each(['silence', 'wrongSum', 'noise', 'otherCommand'])('lives through %s without a restart of the computer', async (fault) => {
    const { clock, device, hand, world, untilState } = createBench();
    device.start();
    await untilState('ready');
    hand({ do: 'fault', fault, times: 2 });
    await clock.advance(60_000);
    expect([device.status().state, world()['computerResetCount']]).toEqual(['ready', 0]);
  });

  /** Goal: bytes lost, bent or doubled on the line never restart a computer whose process lives, and never leave it unguarded. */
  it.each([1, 2, 3, 4, 5, 6])('guards through byte faults, seed %i', async (seed) => {
    const { clock, device, world, untilState, calm } = createBench({ seed, byteFaultsOneOf: 60 });
    device.start();
    await clock.advance(10 * 60_000);
    calm();
    await untilState('ready');
    await clock.advance(20_000);
    expect(world()).toMatchObject({ isTimerOn: true, windowS: 30, computerResetCount: 0 });
  });
});

/** An acceptor that answers and says nothing is not in service, and is again when it speaks. [ccnet §4, §7, §8] */
import { expect, it } from 'vitest';
import { encodeFrame } from '../../../../drivers/ccnet-family/frames.ts';
import { createCcnetSimulator } from '../../../../simulators/cash-acceptor/ccnet/simulator.ts';
import type { SimulatorLine } from '../../../../simulators/simulator.ts';
import { acceptorBench } from '../../../support/acceptor-bench.ts';
import { ccnetParts } from '../../../support/acceptor-parts.ts';

const DISABLED = Buffer.from(encodeFrame(3, Uint8Array.of(0x19)));
const NOT_LISTED = encodeFrame(3, Uint8Array.of(0x5a, 0x01));

it.each(['nak', 'illegal'])('each POLL is answered by %s', async (fault) => {
  const bench = acceptorBench(ccnetParts());
  expect(await bench.until('ready')).toBe(true);
  bench.hand({ do: 'fault', fault, at: 'pollReply', times: 1_000 });
  expect(await bench.until('offline', 10_000)).toBe(true);
  await bench.clock.advance(60_000);
  expect(['ready', 'busy']).not.toContain(bench.acceptor.status().state);
  bench.hand({ do: 'clearFaults' });
  expect(await bench.until('ready')).toBe(true);
});

it('each POLL is answered by a state that is not listed', async () => {
  let isOther = false;
  const saying = (line: SimulatorLine): SimulatorLine => ({
    write: (bytes) => line.write(isOther && DISABLED.equals(bytes) ? NOT_LISTED : bytes),
    onData: (listener) => line.onData(listener), unplug: () => line.unplug(), plug: () => line.plug(),
  });
  const bench = acceptorBench({ ...ccnetParts(), createSimulator: (environment) => createCcnetSimulator({ ...environment, line: saying(environment.line) }, {}) });
  expect(await bench.until('ready')).toBe(true);
  isOther = true;
  await bench.clock.advance(5_000);
  expect(bench.acceptor.status()).toMatchObject({ state: 'ready', faults: [] });
  await bench.clock.advance(10_000);
  expect(bench.acceptor.status()).toMatchObject({ state: 'faulty', faults: ['CIM_FAILURE'], lastFaults: [{ detail: 'state 5a01 is not known' }] });
  isOther = false;
  expect(await bench.until('ready')).toBe(true);
  expect(bench.acceptor.status().faults).toEqual([]);
});

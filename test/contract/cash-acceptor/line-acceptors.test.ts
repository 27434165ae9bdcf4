/** The acceptors on a shared life, each on its simulator: the contract in virtual time, with bytes whole and cut anywhere. */
import { describe, expect, it } from 'vitest';
import type { AcceptorParts } from '../../support/acceptor-bench.ts';
import { acceptorBench } from '../../support/acceptor-bench.ts';
import { ccnetParts, ebdsParts, id003Parts, smartPayoutParts, sspParts } from '../../support/acceptor-parts.ts';
import { createCoreLife } from '../../../simulators/world/core-life.ts';
import { cashAcceptorContract } from './cash-acceptor.contract.ts';

const ACCEPTORS: readonly AcceptorParts[] = [id003Parts(), ebdsParts(), sspParts(), sspParts({ isEncrypted: true }), smartPayoutParts()];

for (const parts of ACCEPTORS) {
  for (const cutsBytes of [false, true]) {
    cashAcceptorContract(`${parts.name} in memory, virtual time${cutsBytes ? ', bytes cut anywhere' : ''}`, async () => {
      const bench = acceptorBench(parts, { isStarted: false, acknowledgeAfterMs: null, cutsBytes });
      return {
        acceptor: bench.acceptor,
        denominationMinor: 1_000_000,
        otherDenominationMinor: 50_000,
        insert: (denominationMinor, kind) => void bench.hand({ do: 'insertNote', denominationMinor, kind }),
        unplug: () => void bench.hand({ do: 'unplug' }),
        plug: () => void bench.hand({ do: 'plug' }),
        boxSumMinor: () => bench.sumIn('box'),
        until: (predicate, limitMs) => bench.clock.runUntil(predicate, limitMs),
        async close() {
          const stopping = bench.acceptor.stop();
          await bench.clock.advance(2_000);
          await stopping;
          bench.simulator.stop();
        },
      };
    });
  }
}

/** The first driver made of it dies at its n-th write, the bytes sent and the answer unheard; what is made later lives. */
function dyingAtWrite(parts: AcceptorParts, writesLeft: number): AcceptorParts {
  let isFirst = true;
  let left = writesLeft;
  return {
    ...parts,
    createAcceptor(common) {
      if (!isFirst) return parts.createAcceptor(common);
      isFirst = false;
      const life = createCoreLife(common.clock);
      const transport = life.transport(common.transport);
      const write = (bytes: Uint8Array) => {
        const isTaken = transport.write(bytes);
        if (--left === 0) life.end();
        return isTaken;
      };
      return parts.createAcceptor({ ...common, clock: life.clock, transport: { ...transport, write } });
    },
  };
}

// What the device last said to the one before, it may say again to the next.
describe.each([ccnetParts(), ...ACCEPTORS])('a process after another: $name', (parts) => {
  it('comes up, whatever was the last that the one before said while it came up', async () => {
    for (let writesLeft = 1; ; writesLeft++) {
      const bench = acceptorBench(dyingAtWrite(parts, writesLeft));
      const hasComeUp = await bench.until('ready', 15_000);
      const next = bench.successor();
      if (!hasComeUp) {
        next.start();
        expect(await bench.clock.runUntil(() => next.status().state === 'ready', 60_000), `write ${writesLeft} was the last`).toBe(true);
      }
      void (hasComeUp ? bench.acceptor : next).stop();
      bench.simulator.stop();
      // A life that no write cut short would show nothing.
      if (hasComeUp) return expect(writesLeft).toBeGreaterThan(1);
    }
  });
});

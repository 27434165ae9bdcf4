import { delay, type Clock } from '../../main/foundation/clock.ts';
import type { Random } from '../../main/foundation/random.ts';
import type { Transport } from '../../drivers/transport/transport.ts';
import { FaultyLine, type Hang, type Spoiling } from './faulty-line.ts';
import { createMemoryLine } from './memory-line.ts';

export interface TroubledHang extends Hang {
  /** The adapter itself holds the bytes: they come after the port was closed and opened, too. Else the operating system does, and lets go of them. */
  readonly outlivesPort: boolean;
}

/** What hands and weather do to a line. */
export interface LineTrouble {
  hang(hang: TroubledHang): void;
  spoil(spoiling: Spoiling): void;
  /** Nothing is spoiled or held any more. */
  putRight(): void;
}

/** As long as a port that is closed waits for what was written last. (drivers/transport/serial.ts) */
const CLOSE_MS_MAX = 3_000;
const LOOK_MS = 100;

/** Both ends of a line inside one process, as `createMemoryLine` makes them, with an adapter in between that may hang and a cable that may be noisy. Without trouble it is the same line. */
export function createTroubledLine({ name, clock, random }: { readonly name: string; readonly clock: Clock; readonly random: Random }): { readonly transport: Transport; readonly line: FaultyLine; readonly trouble: LineTrouble } {
  const memory = createMemoryLine({ name, clock });
  const line = new FaultyLine(memory.line, { clock, random });
  let doesHangOutlivePort = false;
  let isClosing = false;

  const leave = () => {
    if (!doesHangOutlivePort) line.drop();
  };
  const transport: Transport = {
    ...memory.transport,
    open: () => {
      // What a process that died had written is gone by the time that the port opens for the next.
      leave();
      return memory.transport.open();
    },
    write: (bytes) => !isClosing && memory.transport.write(bytes),
    close: async () => {
      isClosing = true;
      for (let waitedMs = 0; line.isHoldingOrders && waitedMs < CLOSE_MS_MAX; waitedMs += LOOK_MS) await delay(clock, LOOK_MS);
      leave();
      isClosing = false;
      await memory.transport.close();
    },
  };
  const trouble: LineTrouble = {
    hang: ({ outlivesPort, ...hang }) => {
      doesHangOutlivePort = outlivesPort;
      line.hang(hang);
    },
    spoil: (spoiling) => line.spoil(spoiling),
    putRight: () => {
      line.calm();
      line.release();
    },
  };
  return { transport, line, trouble };
}

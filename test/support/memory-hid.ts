import type { HidTransport } from '../../drivers/transport/transport.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { SimulatorLine } from '../../simulators/simulator.ts';

/** Both ends of a HID line inside one process: one write is one report, delivered by microtask. */
export function createMemoryHid(): { readonly transport: HidTransport; readonly line: SimulatorLine } {
  let isPlugged = true;
  let isOpen = false;
  let onReport: (report: Uint8Array) => void = () => {};
  let onClosed: (detail: string) => void = () => {};
  let onProbed: (isAnswered: boolean) => void = () => {};
  let onData: (report: Uint8Array) => void = () => {};
  return {
    transport: {
      name: 'memory-hid',
      async open() {
        if (!isPlugged) return err({ code: 'LNK_PORT_UNAVAILABLE', detail: 'unplugged' });
        isOpen = true;
        return ok(undefined);
      },
      async write(report) {
        if (!isOpen) return err({ code: 'LNK_LOST', detail: 'not open' });
        queueMicrotask(() => onData(report));
        return ok(undefined);
      },
      /** An empty report, as over a socket. */
      probe() {
        if (!isOpen) return Promise.resolve(false);
        queueMicrotask(() => onData(new Uint8Array()));
        return new Promise((resolve) => {
          onProbed = resolve;
        });
      },
      async close() {
        isOpen = false;
      },
      onReport(listener) {
        onReport = listener;
      },
      onClosed(listener) {
        onClosed = listener;
      },
    },
    line: {
      write(report) {
        const copy = Uint8Array.from(report);
        if (isOpen) queueMicrotask(() => (copy.length === 0 ? onProbed(true) : onReport(copy)));
      },
      onData(listener) {
        onData = listener;
      },
      unplug() {
        isPlugged = false;
        if (!isOpen) return;
        isOpen = false;
        queueMicrotask(() => onClosed('unplugged'));
      },
      plug() {
        isPlugged = true;
      },
    },
  };
}

import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import { err, type Result } from '../../main/foundation/outcome.ts';
import type { ControlClient, ControlEvent } from '../control/control-socket.ts';
import { connectControl } from '../control/control-socket.ts';
import type { ControlError, Json } from '../simulator.ts';

const RETRY_MS = 500;
/** The control client tells a lost process only when asked; the workbench asks this often anyway, for the worlds. */
const GONE = 'the simulator process is gone';

export interface ControlLink {
  readonly isUp: boolean;
  send(target: string, command: { readonly do: string; readonly [key: string]: Json }): Promise<Result<Json, ControlError>>;
  close(): void;
}

/** A line to a simulator process that comes and goes; `onUp` after each connection. */
export function keepControlLink(options: { readonly socketPath: string; readonly clock: Clock; readonly onEvent: (event: ControlEvent) => void; readonly onUp: () => void; readonly onDown: () => void }): ControlLink {
  let client: ControlClient | null = null;
  let timer: TimerHandle;
  let isClosed = false;

  const connect = async () => {
    try {
      const opened = await connectControl(options.socketPath);
      if (isClosed) return opened.close();
      client = opened;
      opened.onEvent(options.onEvent);
      options.onUp();
    } catch {
      retry();
    }
  };
  const retry = () => {
    if (!isClosed) timer = options.clock.setTimeout(() => void connect(), RETRY_MS);
  };
  const drop = (gone: ControlClient) => {
    if (client !== gone) return;
    client = null;
    gone.close();
    options.onDown();
    retry();
  };

  void connect();
  return {
    get isUp() {
      return client !== null;
    },
    async send(target, command) {
      const used = client;
      if (used === null) return err({ code: 'notNow', detail: GONE });
      const result = await used.send(target, command);
      if (!result.ok && result.error.detail === GONE) drop(used);
      return result;
    },
    close() {
      isClosed = true;
      options.clock.clearTimeout(timer);
      client?.close();
    },
  };
}

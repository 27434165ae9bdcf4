import type { LampName, LightPattern, Lights } from '../../../drivers/interfaces/lights.ts';
import { LAMPS } from '../../../drivers/interfaces/lights.ts';
import type { Screen, ScreenModel } from '../../contracts/screen-model.ts';
import type { Log } from '../../foundation/log.ts';

type Lit = Partial<Readonly<Record<LampName, LightPattern>>>;

/**
 * Guidance lights follow the screen: a lamp flashes where the customer's hand is wanted (quickly where something of his lies), burns where the device works, and is dark otherwise.
 * The status lamp burns while customers are served, flashes slowly out of service, faster in service mode. [XFS4IoT Lights, ux.md]
 */
export class GuideLights {
  readonly #lights: Lights;
  readonly #log: Log;
  readonly #shown = new Map<LampName, LightPattern>();

  constructor({ lights, log }: { readonly lights: Lights; readonly log: Log }) {
    this.#lights = lights;
    this.#log = log;
  }

  follow(model: ScreenModel): void {
    const lit = lampsFor(model.screen === 'timeout-warning' || model.screen === 'cash-in-leave' ? (model.beneath ?? model) : model);
    for (const lamp of LAMPS) this.#set(lamp, lit[lamp] ?? 'off');
  }

  #set(lamp: LampName, pattern: LightPattern): void {
    if ((this.#shown.get(lamp) ?? 'off') === pattern) return;
    this.#shown.set(lamp, pattern);
    // A board without this lamp, or that is away, keeps nobody waiting; it is set again when the board is back.
    void this.#lights.set(lamp, pattern).then((outcome) => {
      if (outcome.kind !== 'completed') this.#log.debug('siu.lamp.unset', () => ({ lamp, pattern, outcome: outcome.kind }));
    });
  }
}

/** What burns and flashes on a screen; all others are dark. */
export function lampsFor(screen: Screen): Lit {
  switch (screen.screen) {
    case 'cash-in':
      return { status: 'continuous', cashAcceptor: MOUTH[screen.data.noteState] };
    case 'processing':
      return { status: 'continuous', ...(screen.data.doing === 'preparingCash' ? { cashDispenser: 'continuous' } : screen.data.doing === 'acceptingNotes' ? { cashAcceptor: 'continuous' } : {}) };
    case 'take-cash':
      return { status: 'continuous', cashDispenser: 'quickFlash' };
    case 'take-receipt':
      return { status: 'continuous', receiptPrinter: screen.data.printing ? 'continuous' : 'quickFlash' };
    case 'out-of-service':
      return { status: screen.data.scope === 'all' ? 'slowFlash' : 'continuous' };
    case 'maintenance':
      return { status: 'mediumFlash' };
    default:
      return { status: screen.screen.startsWith('service-') ? 'mediumFlash' : 'continuous' };
  }
}

const MOUTH = { waiting: 'mediumFlash', entering: 'continuous', checking: 'continuous', stacking: 'continuous', returning: 'quickFlash', stopped: 'off' } as const satisfies Readonly<Record<string, LightPattern>>;

import type { Screen } from '../../contracts/screen-model.ts';
import type { IntentKind } from '../../contracts/intent.ts';
import type { CoreParts } from '../core-parts.ts';
import type { OperationTile } from '../availability.ts';
import type { Trouble } from '../guards/troubles.ts';

/** What the customer is to see, before revision, language and time are put around it. */
export interface Presented {
  readonly screen: Screen;
  /** Intents that the machine in front of the customer can take now. */
  readonly intents: readonly IntentKind[];
  /** Time that the machine itself gives to this screen (take-cash, farewell); null: the presence watch's. */
  readonly ownLimitMs: number | null;
}

/** What presenters look things up in. */
export interface PresenterWorld {
  /** null before the journal is open. */
  readonly parts: CoreParts | null;
  /** Asked by the few screens that show them. */
  operationTiles(): readonly OperationTile[];
  /** What keeps the whole terminal out of service; empty: nothing does. */
  readonly troubles: readonly Trouble[];
  readonly nowUtcMs: number;
  readonly monotonicMs: number;
  /** Monotonic time at which the one-time code was issued, for count-downs. */
  readonly screenSinceMs: number;
  readonly softwareVersion: string;
}

export const present = (screen: Screen, intents: readonly IntentKind[], ownLimitMs: number | null = null): Presented => ({ screen, intents, ownLimitMs });

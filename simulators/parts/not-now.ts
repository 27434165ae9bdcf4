import type { Result } from '../../main/foundation/outcome.ts';
import { err } from '../../main/foundation/outcome.ts';
import type { ControlError } from '../simulator.ts';

/** A hand that finds nothing to take hold of, or the machine in its way. */
export function notNow(detail: string): Result<never, ControlError> {
  return err({ code: 'notNow', detail });
}

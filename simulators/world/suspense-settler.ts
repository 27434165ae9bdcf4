import type { CoreParts } from '../../main/core/core-parts.ts';
import { JournalUnavailable } from '../../main/core/require-commit.ts';
import { settleSuspense } from '../../main/core/service/settle-suspense.ts';

/** Somebody ends an item at the terminal, as far as he may. Where the disk did not take it nothing was ended, or it was and nobody heard of it. */
export function settleItem(parts: CoreParts, wish: Parameters<typeof settleSuspense>[1]): void {
  try {
    settleSuspense(parts, wish);
  } catch (error) {
    if (!(error instanceof JournalUnavailable)) throw error;
  }
}

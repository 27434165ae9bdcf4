import type { RefusalCode } from '../../foundation/refusals.ts';
import type { OutReason } from '../../../state-machines/terminal/terminal.types.ts';
import type { Screen } from '../../contracts/screen-model.ts';
import { payableUnits } from '../cash/payable-units.ts';
import { presentService } from './present-service.ts';
import { presentRecovered } from './present-result.ts';
import { presentSession } from './present-session.ts';
import type { Presented, PresenterWorld } from './presented.ts';
import { present } from './presented.ts';
import type { SnapshotChain } from './snapshot-chain.ts';

/** State of all machines → what one window shows. The only place that knows both. */
export function presentTerminal(chain: SnapshotChain, world: PresenterWorld): Presented {
  const { terminal } = chain;
  if (chain.session !== null) return presentSession(chain, chain.session, world);
  if (chain.service !== null) return presentService(chain.service, world);
  if (terminal.matches('idle') || terminal.matches('opening')) return presentAttract(world);
  if (terminal.matches('notice')) return present(outOfService('partial', terminal.context.availability.reason ?? 'devices', world), ['touch', 'next', 'cancel'], terminal.context.noticeMs);
  if (terminal.matches('serving') || terminal.matches('closing')) return present({ screen: 'farewell', data: { hasReceipt: false } }, []);
  if (terminal.matches('maintaining') || terminal.matches('enteringService')) return present({ screen: 'maintenance', data: {} }, []);
  if (terminal.matches('afterService')) return present({ screen: 'maintenance', data: {} }, ['touch']);
  if (terminal.matches('showingRecovered') && terminal.context.recovered !== null) return presentRecovered(terminal.context.recovered, world, terminal.context.recoveredResultMs);
  // Without a journal there are no staff accounts, either: whoever has the key reads what is wrong and what to do, and can do nothing here.
  if ((terminal.matches('booting') || terminal.matches('bootFailed')) && terminal.context.isKeyOn && world.troubles.length > 0) {
    return present({ screen: 'service-login', data: { problem: null, busy: false, canLogIn: false, troubles: [...world.troubles] } }, []);
  }
  if (terminal.matches('awaitingFirstStates')) return present(outOfService('all', 'starting', world), []);
  return present(outOfService('all', terminal.context.outReason, world), []);
}

function presentAttract(world: PresenterWorld): Presented {
  const { parts } = world;
  const tiles = world.operationTiles();
  const acceptsNow = tiles.some((tile) => tile.available && tile.operation !== 'op-10');
  const paysNow = tiles.some((tile) => tile.available && tile.operation === 'op-10');
  const dispensedMinor = parts !== null && paysNow ? [...new Set(payableUnits(parts).filter((unit) => unit.noteCount > unit.keepCount).map((unit) => unit.denominationMinor))].sort((left, right) => left - right) : [];
  return present({
    screen: 'attract',
    data: {
      operations: tiles.map((tile) => ({ ...tile })),
      acceptedMinor: parts !== null && acceptsNow ? [...parts.coinDesk.takesMinor(), ...parts.config.acceptance.denominationsMinor] : [],
      dispensedMinor,
    },
  }, ['touch']);
}

function outOfService(scope: 'all' | 'partial', reason: OutReason, world: PresenterWorld): Screen {
  const refusal: RefusalCode = reason === 'host' ? 'RF-34' : 'RF-24';
  return { screen: 'out-of-service', data: { scope, reason, operations: world.operationTiles().map((tile) => ({ ...tile })), refusal } };
}

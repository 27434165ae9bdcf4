import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { CancelButton } from '../../parts/button.tsx';
import { Counter, CounterNote } from '../../parts/counter.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

const ICONS = { 'op-01': 'handDeposit', 'op-10': 'handWithdraw', 'op-05': 'receipt' } as const;
const ORDER = ['op-01', 'op-10', 'op-05'] as const;
type Tile = ScreenData<'menu'>['operations'][number];

export function Menu({ data }: { readonly data: ScreenData<'menu'> }) {
  const text = useText();
  const tiles = ORDER.map((operation) => data.operations.find((tile) => tile.operation === operation)).filter((tile): tile is Tile => tile !== undefined);
  const likeliest = tiles.find((tile) => tile.available)?.operation;
  return (
    <ScreenLayout counter={<Counter left={<CancelButton intent="cancel" label={text('exit')} line={text('cancel.noMoney')} />} right={<CounterNote>{text.rich('menu.note')}</CounterNote>} />}>
      <Heading>{text('menu.heading')}</Heading>
      <div className="list operations">
        {tiles.map((tile) => (
          <OperationTile key={tile.operation} tile={tile} isHero={tile.operation === likeliest} />
        ))}
      </div>
    </ScreenLayout>
  );
}

function OperationTile({ tile, isHero }: { readonly tile: Tile; readonly isHero: boolean }) {
  const { send } = useScreen();
  const text = useText();
  const { operation, available, reason } = tile;
  return (
    <button type="button" className={`tile ${isHero ? 'hero' : 'wide'} ${available ? '' : 'is-off'}`} aria-disabled={!available} data-intent="chooseOperation" data-value={operation} onClick={() => available && send({ kind: 'chooseOperation', operation })}>
      <span className={isHero ? 't-headline' : 't-title'}>{text(`op.${operation}.title`)}</span>
      <span className="t-body line">{reason === null ? text(`op.${operation}.line`) : text(`reason.${reason}`)}</span>
      <Icon name={available ? ICONS[operation] : reason === 'noHost' ? 'wifiSlash' : 'wrench'} />
    </button>
  );
}

import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { CancelButton, PrimaryButton } from '../../parts/button.tsx';
import { Counter, CounterNote } from '../../parts/counter.tsx';
import { Icon } from '../../parts/icon.tsx';
import { LedgerLine } from '../../parts/ledger.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

/** Partly out: first screen after the touch, says what works and what does not. All out: no way on, with the reason and where to call. */
export function OutOfService({ data }: { readonly data: ScreenData<'out-of-service'> }) {
  const { frame } = useScreen();
  const text = useText();
  const isPartial = data.scope === 'partial';
  const help = text('oos.help', { number: frame.terminal.helpNumber });
  const reason = text(data.reason === 'devices' && !isPartial ? 'oos.reason.devicesAll' : `oos.reason.${data.reason}`);
  const counter = isPartial ? <Counter left={<CancelButton intent="cancel" label={text('exit')} line={text('cancel.noMoney')} />} right={<PrimaryButton intent="next" icon="arrowRight" label={text('oos.continue')} line={text('oos.continueLine')} />} /> : <Counter right={<CounterNote>{help}</CounterNote>} />;
  return (
    <ScreenLayout counter={counter}>
      <div className="state">
        <span className="mark wait"><Icon name={data.reason === 'host' ? 'wifiSlash' : 'wrench'} /></span>
        <Heading>{text(isPartial ? 'oos.partial' : 'oos.all')}</Heading>
      </div>
      <p className="t-title soft">{reason}</p>
      {isPartial ? (
        <div className="ledger">
          {data.operations.map((tile) => (
            <LedgerLine key={tile.operation} label={text(`op.${tile.operation}.title`)} value={<span className={tile.available ? 'ok state-word' : 'bad state-word'}><Icon name={tile.available ? 'check' : 'x'} />{text(tile.available ? 'oos.still' : tile.reason === null ? 'oos.off' : `reason.${tile.reason}`)}</span>} />
          ))}
        </div>
      ) : null}
      <div className="spacer" />
    </ScreenLayout>
  );
}

export function Maintenance() {
  const text = useText();
  return (
    <ScreenLayout counter={<Counter />}>
      <div className="state">
        <span className="mark wait"><Icon name="wrench" /></span>
        <Heading>{text('maintenance.heading')}</Heading>
      </div>
      <p className="t-title soft">{text('maintenance.text')}</p>
      <div className="spacer" />
    </ScreenLayout>
  );
}

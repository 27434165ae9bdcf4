import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import type { IconName } from '../../parts/icon.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useText } from '../../text/use-text.ts';

/** The electronic receipt is always sent; asked is only whether paper comes too. */
export function ReceiptOptions({ data }: { readonly data: Pick<ScreenData<'result-success'>, 'paper' | 'electronic' | 'selectedReceipt'> }) {
  const text = useText();
  const hasPaper = data.paper !== 'unavailable';
  const electronicLine = data.electronic === null ? '' : text(data.electronic.channel === 'sms' ? 'result.sms' : 'result.push', { to: data.electronic.maskedDestination });
  return (
    <fieldset className="list tight options">
      <legend className="t-title">{text('result.receiptHeading')}</legend>
      <Option value="paper" icon="receipt" title={text('result.paper')} line={text(hasPaper ? (data.paper === 'low' ? 'result.paperLow' : 'result.paperLine') : 'result.paperOff')} selected={data.selectedReceipt} isOff={!hasPaper} />
      <Option value="electronic" icon="deviceMobile" title={text('result.electronic')} line={electronicLine} selected={data.selectedReceipt} />
    </fieldset>
  );
}

interface OptionProps {
  readonly value: 'paper' | 'electronic';
  readonly icon: IconName;
  readonly title: string;
  readonly line: string;
  readonly selected: 'paper' | 'electronic';
  readonly isOff?: boolean;
}

/** A native radio button drawn as a tile: arrow keys, focus and its spoken state come from the browser. */
function Option({ value, icon, title, line, selected, isOff = false }: OptionProps) {
  const { send } = useScreen();
  const isSelected = value === selected;
  return (
    <label className={`tile row option ${isSelected ? 'is-selected' : ''} ${isOff ? 'is-off' : ''}`} data-intent="chooseReceipt" data-value={value}>
      <input type="radio" name="receipt" value={value} checked={isSelected} disabled={isOff} onChange={() => send({ kind: 'chooseReceipt', receipt: value })} />
      <Icon name={icon} />
      <span className="text">
        <span className="t-label block">{title}</span>
        <span className="t-caption line block">{line}</span>
      </span>
      {isSelected ? <span className="chosen"><Icon name="check" /></span> : null}
    </label>
  );
}

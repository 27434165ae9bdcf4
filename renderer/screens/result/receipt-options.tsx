import { Radio, RadioGroup } from 'react-aria-components';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { Icon } from '../../parts/icon.tsx';
import { useText } from '../../text/use-text.ts';

/** The electronic receipt is always sent; asked is only whether paper comes too. */
export function ReceiptOptions({ data }: { readonly data: Pick<ScreenData<'result-success'>, 'paper' | 'electronic' | 'selectedReceipt'> }) {
  const { send } = useScreen();
  const text = useText();
  const hasPaper = data.paper !== 'unavailable';
  const electronicLine = data.electronic === null ? '' : text(data.electronic.channel === 'sms' ? 'result.sms' : 'result.push', { to: data.electronic.maskedDestination });
  return (
    <RadioGroup className="list tight" aria-label={text('result.receiptHeading')} value={data.selectedReceipt} onChange={(receipt) => send({ kind: 'chooseReceipt', receipt: receipt === 'paper' ? 'paper' : 'electronic' })}>
      <p className="t-title">{text('result.receiptHeading')}</p>
      <Radio value="paper" isDisabled={!hasPaper} className={({ isSelected }) => `tile row ${isSelected ? 'is-selected' : ''} ${hasPaper ? '' : 'is-off'}`} data-intent="chooseReceipt" data-value="paper">
        <Icon name="receipt" />
        <span className="text">
          <span className="t-label">{text('result.paper')}</span>
          <span className="t-caption line block">{text(hasPaper ? (data.paper === 'low' ? 'result.paperLow' : 'result.paperLine') : 'result.paperOff')}</span>
        </span>
      </Radio>
      <Radio value="electronic" className={({ isSelected }) => `tile row ${isSelected ? 'is-selected' : ''}`} data-intent="chooseReceipt" data-value="electronic">
        <Icon name="deviceMobile" />
        <span className="text">
          <span className="t-label">{text('result.electronic')}</span>
          <span className="t-caption line block">{electronicLine}</span>
        </span>
      </Radio>
    </RadioGroup>
  );
}

import type { Language } from '../contracts/languages.ts';
import type { OperationCode } from '../contracts/operations.ts';
import type { ReceiptStatus } from './receipt-record.ts';

/** Every word of the receipt in one language. `{sum}` stands for an amount with its sign. Kazakh was written first. [look §7] */
export interface ReceiptTexts {
  readonly bin: string;
  readonly terminal: string;
  readonly duplicate: string;
  readonly receipt: string;
  readonly date: string;
  readonly time: string;
  readonly businessDay: string;
  readonly businessDayByBank: string;
  readonly operation: Readonly<Record<OperationCode, string>>;
  readonly accepted: string;
  readonly requested: string;
  readonly fee: string;
  readonly change: string;
  /** Stands behind `change`, of which it is a part. */
  readonly changeFee: string;
  readonly changePhone: string;
  readonly debited: string;
  /** Bold figure: what went where. done / coming. */
  readonly credited: string;
  readonly toCredit: string;
  readonly paid: string;
  readonly toPay: string;
  readonly paidOut: string;
  readonly keptInside: string;
  readonly underReview: string;
  readonly account: Readonly<Record<'card' | 'current' | 'wallet', string>>;
  readonly provider: string;
  readonly payee: string;
  readonly client: string;
  readonly providerRef: string;
  readonly status: string;
  readonly statusWord: Readonly<Record<ReceiptStatus, string>>;
  /** `notCredited` of a payment. */
  readonly notPaidWord: string;
  readonly execution: string;
  readonly executionWord: Readonly<Record<'atOnce' | 'today' | 'nextBusinessDay', string>>;
  readonly hostRef: string;
  readonly documentNumber: string;
  readonly reference: string;
  readonly callCentre: string;
  readonly primaryDocument: string;
  /** What happened to the money, by situation. */
  readonly explain: {
    readonly comingByItself: string;
    readonly keptClaim: string;
    readonly notCredited: string;
    readonly notPaid: string;
    readonly partial: string;
    readonly notDebited: string;
    readonly uncertainIn: string;
    readonly uncertainOut: string;
  };
}

const kk: ReceiptTexts = {
  bin: 'БСН',
  terminal: 'Терминал №',
  duplicate: 'ТЕЛНҰСҚА',
  receipt: 'Чек №',
  date: 'Күні',
  time: 'Уақыты',
  businessDay: 'Оп. күн',
  businessDayByBank: 'банк белгілейді',
  operation: { 'op-01': 'Ақша салу', 'op-05': 'Қызмет төлемі', 'op-10': 'Ақша алу' },
  accepted: 'Қабылданды',
  requested: 'Сұралғаны',
  fee: 'Комиссия',
  change: 'Артығы телефонға',
  changeFee: 'оның ішінде комиссия',
  changePhone: 'Телефон',
  debited: 'Шоттан шегерілді',
  credited: 'ТҮСТІ, ₸',
  toCredit: 'ТҮСЕДІ, ₸',
  paid: 'ТӨЛЕНДІ, ₸',
  toPay: 'ТӨЛЕМГЕ, ₸',
  paidOut: 'БЕРІЛДІ, ₸',
  keptInside: 'ІШІНДЕ ҚАЛДЫ, ₸',
  underReview: 'ТЕКСЕРІЛУДЕ, ₸',
  account: { card: 'Карта', current: 'Шот', wallet: 'Әмиян' },
  provider: 'Қызмет беруші',
  payee: 'Алушы',
  client: 'Клиент',
  providerRef: 'Төлем коды',
  status: 'Күйі',
  statusWord: {
    accepted: 'Қабылданды',
    executed: 'Орындалды',
    inProcess: 'Өңделуде',
    refused: 'Бас тартылды',
    notCredited: 'Түсірілген жоқ',
    partial: 'Ішінара берілді',
    notDispensed: 'Берілген жоқ',
    uncertain: 'Тексерілуде',
  },
  notPaidWord: 'Төленген жоқ',
  execution: 'Орындалу мерзімі',
  executionWord: { atOnce: 'бірден', today: 'бүгін, 24:00-ге дейін', nextBusinessDay: 'келесі операциялық күні' },
  hostRef: 'Банк нөмірі',
  documentNumber: 'Құжат №',
  reference: 'Анықтама',
  callCentre: 'Байланыс орталығы',
  primaryDocument: 'Чек – бастапқы құжат',
  explain: {
    comingByItself: 'Ақшаңыз сақтаулы. Қайта салудың қажеті жоқ: сома өзі түседі. Банк оны қабылдамаса, сізге хабарлама келеді.',
    keptClaim: 'Ақша терминал ішінде қалды. Оны банктен өтініш бойынша қайтарып аласыз. Чекті сақтаңыз.',
    notCredited: 'Ақша шотқа түсірілген жоқ, ол терминал ішінде. Оны банктен өтініш бойынша қайтарып аласыз. Чекті сақтаңыз.',
    notPaid: 'Төлем жасалған жоқ, ақша терминал ішінде. Оны банктен өтініш бойынша қайтарып аласыз. Чекті сақтаңыз.',
    partial: 'Сұралған сома толық берілмеді. Берілмеген бөлігі шоттан шегерілмейді.',
    notDebited: 'Шоттан ештеңе шегерілмейді.',
    uncertainIn: 'Терминал {sum} қайда екенін растай алмады. Банк терминалдағы ақшаны санап, сізге жауап береді. Чекті сақтаңыз.',
    uncertainOut: 'Терминал {sum} берілгенін растай алмады. Банк терминалдағы ақшаны санап, сізге жауап береді. Чекті сақтаңыз.',
  },
};

const ru: ReceiptTexts = {
  bin: 'БИН',
  terminal: 'Терминал №',
  duplicate: 'ДУБЛИКАТ',
  receipt: 'Чек №',
  date: 'Дата',
  time: 'Время',
  businessDay: 'Опер. день',
  businessDayByBank: 'определит банк',
  operation: { 'op-01': 'Внесение наличных', 'op-05': 'Оплата услуги', 'op-10': 'Выдача наличных' },
  accepted: 'Принято',
  requested: 'Запрошено',
  fee: 'Комиссия',
  change: 'Сдача на телефон',
  changeFee: 'в том числе комиссия',
  changePhone: 'Телефон',
  debited: 'Списано со счёта',
  credited: 'ЗАЧИСЛЕНО, ₸',
  toCredit: 'К ЗАЧИСЛЕНИЮ, ₸',
  paid: 'ОПЛАЧЕНО, ₸',
  toPay: 'НА ОПЛАТУ, ₸',
  paidOut: 'ВЫДАНО, ₸',
  keptInside: 'ОСТАЛОСЬ ВНУТРИ, ₸',
  underReview: 'НА ПРОВЕРКЕ, ₸',
  account: { card: 'Карта', current: 'Счёт', wallet: 'Кошелёк' },
  provider: 'Поставщик',
  payee: 'Получатель',
  client: 'Клиент',
  providerRef: 'Код платежа',
  status: 'Состояние',
  statusWord: {
    accepted: 'Принято',
    executed: 'Исполнено',
    inProcess: 'В обработке',
    refused: 'Отказано',
    notCredited: 'Не зачислено',
    partial: 'Выдано частично',
    notDispensed: 'Не выдано',
    uncertain: 'На проверке',
  },
  notPaidWord: 'Не оплачено',
  execution: 'Срок исполнения',
  executionWord: { atOnce: 'сразу', today: 'сегодня до 24:00', nextBusinessDay: 'следующий опер. день' },
  hostRef: 'Номер банка',
  documentNumber: 'Документ №',
  reference: 'Код для справки',
  callCentre: 'Контакт-центр',
  primaryDocument: 'Чек – первичный документ',
  explain: {
    comingByItself: 'Ваши деньги учтены. Вносить их снова не нужно: сумма поступит сама. Если банк её не примет, вам придёт сообщение.',
    keptClaim: 'Деньги остались в терминале. Банк вернёт их по заявлению. Сохраните чек.',
    notCredited: 'Деньги не зачислены, они в терминале. Банк вернёт их по заявлению. Сохраните чек.',
    notPaid: 'Платёж не проведён, деньги в терминале. Банк вернёт их по заявлению. Сохраните чек.',
    partial: 'Выдана не вся запрошенная сумма. Невыданная часть со счёта не списывается.',
    notDebited: 'Со счёта ничего не списывается.',
    uncertainIn: 'Терминал не смог подтвердить, где {sum}. Банк пересчитает деньги в терминале и ответит вам. Сохраните чек.',
    uncertainOut: 'Терминал не смог подтвердить выдачу {sum}. Банк пересчитает деньги в терминале и ответит вам. Сохраните чек.',
  },
};

const en: ReceiptTexts = {
  bin: 'BIN',
  terminal: 'Terminal No.',
  duplicate: 'DUPLICATE',
  receipt: 'Receipt No.',
  date: 'Date',
  time: 'Time',
  businessDay: 'Business day',
  businessDayByBank: 'set by the bank',
  operation: { 'op-01': 'Cash deposit', 'op-05': 'Service payment', 'op-10': 'Cash withdrawal' },
  accepted: 'Accepted',
  requested: 'Requested',
  fee: 'Fee',
  change: 'Change to phone',
  changeFee: 'of which fee',
  changePhone: 'Phone',
  debited: 'Debited',
  credited: 'CREDITED, ₸',
  toCredit: 'TO BE CREDITED, ₸',
  paid: 'PAID, ₸',
  toPay: 'FOR PAYMENT, ₸',
  paidOut: 'PAID OUT, ₸',
  keptInside: 'KEPT INSIDE, ₸',
  underReview: 'UNDER REVIEW, ₸',
  account: { card: 'Card', current: 'Account', wallet: 'Wallet' },
  provider: 'Provider',
  payee: 'Payee',
  client: 'Client',
  providerRef: 'Payment code',
  status: 'Status',
  statusWord: {
    accepted: 'Accepted',
    executed: 'Completed',
    inProcess: 'In process',
    refused: 'Refused',
    notCredited: 'Not credited',
    partial: 'Paid out in part',
    notDispensed: 'Not paid out',
    uncertain: 'Under review',
  },
  notPaidWord: 'Not paid',
  execution: 'To be completed',
  executionWord: { atOnce: 'at once', today: 'today by 24:00', nextBusinessDay: 'next business day' },
  hostRef: 'Bank number',
  documentNumber: 'Document No.',
  reference: 'Reference',
  callCentre: 'Call centre',
  primaryDocument: 'This receipt is the primary document',
  explain: {
    comingByItself: 'Your money is safe. There is no need to insert it again: it will arrive by itself. Should the bank not take it, you get a message.',
    keptClaim: 'The money stayed in the terminal. Claim it from the bank. Keep this receipt.',
    notCredited: 'The money was not credited, it is in the terminal. Claim it from the bank. Keep this receipt.',
    notPaid: 'The payment was not made, the money is in the terminal. Claim it from the bank. Keep this receipt.',
    partial: 'Not all of the requested sum was paid out. The rest is not debited.',
    notDebited: 'Nothing is debited from the account.',
    uncertainIn: 'The terminal could not confirm where {sum} is. The bank will count the cash in the terminal and answer you. Keep this receipt.',
    uncertainOut: 'The terminal could not confirm that {sum} was paid out. The bank will count the cash in the terminal and answer you. Keep this receipt.',
  },
};

export const RECEIPT_TEXTS: Readonly<Record<Language, ReceiptTexts>> = { kk, ru, en };

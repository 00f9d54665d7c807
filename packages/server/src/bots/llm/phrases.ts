interface Phrases {
  /** The first thing a bot says. */
  automatic: string;
  /** While a person decides. */
  checking: string;
}

/** What a bot says in the relay's own words, in the languages of the widget. */
const PHRASES: Record<string, Phrases> = {
  en: {
    automatic: 'You are chatting with an automated assistant. Ask for a person at any time.',
    checking: 'A person has to agree to this first. One moment, please.',
  },
  de: {
    automatic:
      'Hier antwortet ein automatischer Assistent. Sie können jederzeit nach einem Menschen fragen.',
    checking: 'Dem muss erst ein Mensch zustimmen. Einen Moment, bitte.',
  },
  fr: {
    automatic:
      'Un assistant automatique vous répond. Vous pouvez demander une personne à tout moment.',
    checking: 'Une personne doit d’abord donner son accord. Un instant, s’il vous plaît.',
  },
  es: {
    automatic:
      'Le responde un asistente automático. Puede pedir hablar con una persona en cualquier momento.',
    checking: 'Una persona debe aprobarlo primero. Un momento, por favor.',
  },
  it: {
    automatic:
      'Le risponde un assistente automatico. Può chiedere di una persona in qualsiasi momento.',
    checking: 'Prima una persona deve dare il consenso. Un momento, per favore.',
  },
  nl: {
    automatic: 'U chat met een automatische assistent. U kunt op elk moment om een persoon vragen.',
    checking: 'Een persoon moet hier eerst mee instemmen. Een ogenblik, alstublieft.',
  },
  pl: {
    automatic:
      'Odpowiada automatyczny asystent. W każdej chwili można poprosić o rozmowę z człowiekiem.',
    checking: 'Najpierw musi to zatwierdzić człowiek. Proszę o chwilę cierpliwości.',
  },
  pt: {
    automatic:
      'Quem responde é um assistente automático. Pode pedir para falar com uma pessoa a qualquer momento.',
    checking: 'Uma pessoa precisa aprovar isto primeiro. Um momento, por favor.',
  },
  tr: {
    automatic:
      'Size otomatik bir asistan yanıt veriyor. İstediğiniz zaman bir kişiyle görüşmeyi isteyebilirsiniz.',
    checking: 'Bunu önce bir kişinin onaylaması gerekiyor. Lütfen biraz bekleyin.',
  },
  ar: {
    automatic: 'يجيبك مساعد آلي. يمكنك طلب التحدث إلى شخص في أي وقت.',
    checking: 'يجب أن يوافق شخص على ذلك أولًا. لحظة من فضلك.',
  },
  he: {
    automatic: 'עונה לך עוזר אוטומטי. אפשר לבקש לדבר עם אדם בכל עת.',
    checking: 'אדם צריך לאשר זאת תחילה. רגע אחד, בבקשה.',
  },
  ja: {
    automatic: '自動アシスタントがお答えしています。いつでも担当者とお話しいただけます。',
    checking: 'まず担当者の承認が必要です。少々お待ちください。',
  },
};

/** In the visitor's language, or in English. */
export const phrase = (what: keyof Phrases, language: string | null): string =>
  (PHRASES[language?.split('-')[0]?.toLowerCase() ?? 'en'] ?? (PHRASES.en as Phrases))[what];

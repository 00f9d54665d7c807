import type { Claim } from '@throughline/shared/schema';
import { plainly } from './plain-text.ts';

/** What a sentence may claim beside what a tool did: that a person will write, will call; that something is sure. */
export type Pledge = Claim | 'reply' | 'call_back' | 'vow';

/** How what is done is called in the languages of the widget; stems, so that every form of a verb is met. */
const DEEDS: Record<Claim, string> = {
  refund:
    'refund|reimburs|money back|credited|erstatt|rückzahl|gutschr|gutgeschr|rembours|crédité|reembols|devuel|devolv|devoluci|abonad|rimbors|accreditat|terugbeta|terugbetal|teruggestort|gecrediteerd|zwróc|zwrot|zwrac|estorn|iade|geri öde|استرداد|استرجاع|أعد|ارجاع المبلغ|החזר|זיכוי|זיכינו|返金|払い戻',
  cancel:
    'cancel|terminat|annul|storn|gekündigt|kündig|résili|anul|rescind|disdett|disdic|opgezegd|opzeg|geannuleerd|anulowa|wypowiedz|iptal|إلغاء|ألغ|الغ|ביטל|לבטל|ביטול|キャンセル|解約|取り消',
  change:
    'chang|updat|upgrad|downgrad|delet|modif|switched|geändert|änder|aktualis|gelöscht|umgestell|mis à jour|supprim|cambi|actualiz|elimin|aggiorn|modific|gewijzigd|aangepast|bijgewerkt|verwijderd|zmieni|zaktualiz|usun|alter|atualiz|exclu|değiştir|güncelle|sildi|تغيير|غيّر|غيرت|تحديث|حدّث|حذف|שינינו|שיניתי|עדכנ|מחק|変更|更新|削除',
  book: 'book|reserv|schedul|appointment|gebucht|buch|termin|réserv|rendez-vous|agend|program|cita|prenot|fissat|appuntamento|geboekt|gereserveerd|ingepland|afspraak|zarezerw|umówi|rezerw|marcad|marquei|marcamos|randevu|rezervasyon|ayırt|حجز|موعد|הזמנ|תיאמ|קבענו|予約',
  discount:
    'discount|voucher|coupon|% off|percent off|for free|free of charge|waiv|rabatt|gutschein|kostenlos|gratis|remise|réduction|gratuit|bon de|descuento|cupón|sconto|buono|gratuit|korting|kortingscode|rabat|zniżk|darmo|desconto|cupom|grátis|indirim|kupon|ücretsiz|خصم|قسيمة|مجان|הנחה|שובר|חינם|割引|クーポン|無料',
  send: 'sent|shipp|dispatch|e-?mailed|forwarded|ordered|replac|geschickt|gesendet|versandt|verschickt|weitergeleitet|bestellt|ersetzt|envoy|expédi|transmis|command|enviad|envié|enviamos|hemos mandado|inviat|spedit|inoltrat|ordinat|verzonden|verstuurd|gestuurd|doorgestuurd|besteld|wysła|przekaza|zamówi|enviei|encaminh|gönderd|iletti|ilettim|sipariş|أرسل|ارسل|شحن|שלחנו|שלחתי|נשלח|העבר|送信|送り|発送|手配',
};

/** Who did or does it, or that it is done: without it a deed is only spoken about. */
const DONE =
  "(?:i|we)(?! (?:can(?! confirm)|can't|cannot|could|may|might|would|need|don't|do not|am not|are not)(?!\\p{L}))|i've|i'll|i'm|we've|we'll|have been|has been|was|is now|will be|are being|is being|done|successfully|your .{0,40}(?:is|are)|ich|wir|wurde|wurden|wird|werden|habe|haben|hast|hat|ist jetzt|erhalten sie|bekommen sie|bekommst|je|j'ai|j'|nous|avons|a été|ont été|est maintenant|sera|seront|vous recevrez|he|hemos|ha sido|han sido|será|serán|se ha|se han|se le|le hemos|recibirá|ho|abbiamo|è stato|è stata|sono stati|sarà|saranno|riceverà|ik heb|we hebben|wij|is nu|zijn|wordt|worden|heb|ontvangt|zosta|będzie|otrzyma|wykona|mam|mamy|tenho|temos|foi|foram|vai ser|receberá|fiz|fizemos|seu .{0,40}(?:foi|está)";
/** Where verbs say by themselves who did it. */
const SAYS_ALONE =
  /(?:zwróci|anulowa|zmieni|wysła|zarezerw|zaktualiz|usun)\p{L}*(?:łem|łam|liśmy|my)(?!\p{L})|(?:reembols|devolv|cancel|alter|atualiz|envi|reserv)(?:ei|i|amos|emos|aremos|arei|eremos|erei)(?!\p{L})|(?:iade|iptal|değiştir|güncelle|gönder|ayırt|rezervasyon|indirim|öde|sil)[^.!?\n]{0,30}(?:dik|dım|dim|tım|tim|tik|tık|dık|dük|düm|acağ|eceğ|ildi|ıldı|edildi|yapıldı)|(?:reembols|devolv|cancel|cambi|envi|reserv)(?:é|aré|aremos|eré|eremos|amos)(?!\p{L})|(?:rimbors|cambi|invi|prenot|annull|modific)(?:erò|eremo|iamo)(?!\p{L})/u;
/** Scripts whose words this does not part, or whose verbs carry the person: every mention counts. */
const UNPARTED =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

const PERSON =
  "colleague|someone|somebody|team|agent|specialist|manager|advisor|representative|we|i|kolleg\\p{L}*|jemand|mitarbeiter\\p{L}*|berater\\p{L}*|wir|ich|collègue|quelqu'un|équipe|conseiller|nous|je|colega|alguien|equipo|asesor|collega|qualcuno|operatore|iemand|medewerker|wij|koleg\\p{L}*|ktoś|zespół|konsultant\\p{L}*|alguém|equipe|equipa|atendente|arkadaş\\p{L}*|biri|ekib\\p{L}*|temsilci\\p{L}*";
const CALLS =
  "(?:will|'ll|going to|is about to|shall) (?:be )?(?:call|phon|ring)\\p{L}*|rufen? .{0,30}(?:an|zurück)|ruft .{0,40}(?:an|zurück)|melde[nt]? (?:mich|uns|sich) .{0,20}(?:telefon|bei ihnen)|anrufen|vous (?:r?appeller)\\p{L}*|r?appellera|llamar(?:á|emos|án|é)|chiamer(?:à|emo|ò|anno)|(?:zal|zullen|gaat) .{0,20}bellen|belt .{0,10}(?:terug|u|je)|zadzwoni\\p{L}*|oddzwoni\\p{L}*|ligar(?:á|emos|ei|ão)|vai ligar|arayaca\\p{L}*";
const WRITES =
  "(?:will|'ll|going to|shall) (?:soon |shortly |then )?(?:be )?(?:get|in touch|contact|reach|write|e-?mail|reply|respond|follow|take care|let you know)\\p{L}*|melde[nt]? (?:mich|uns|sich)|meldet sich|kümmer\\p{L}*|kontaktier\\p{L}*|contacter(?:a|ons|ai)|recontacter\\p{L}*|reviendr\\p{L}*|répondr(?:a|ons|ai)|contactar(?:á|emos|é)|responder(?:á|emos|é)|escribir(?:á|emos|é)|contatter(?:à|emo|ò)|risponder(?:à|emo|ò)|scriver(?:à|emo|ò)|neemt contact|contact op(?:nemen|nemt)?|reageert|skontaktuj\\p{L}*|odezw\\p{L}*|odpowie\\p{L}*|entrar(?:á|emos|ei) em contat\\p{L}*|contatar(?:á|emos)|iletişime geç\\p{L}*|dönüş yap\\p{L}*";
const UNPARTED_CALLS =
  /سيتصل|سنتصل|سأتصل|نتصل بك|يتصل بك|נתקשר|יתקשר|אתקשר|יחזרו אליך טלפונית|お電話(?:いた|し|を差し|さ)|電話をかけ|折り返し/u;
const UNPARTED_WRITES =
  /سيتواصل|سنتواصل|سأتواصل|سنرد|سيرد|יצור(?:ו)? (?:איתך )?קשר|ניצור קשר|נחזור אליך|יחזור אליך|ご連絡(?:いた|し|差し|を差し|さ)|連絡します|返信(?:いた|し)ます/u;
const VOWS =
  /(?<!\p{L})(?:i promise|we promise|promised|(?:i|we) (?:\p{L}+ )?guarantee|guaranteed|you have my word|rest assured|versprech\p{L}*|versprochen|garantier\p{L}*|zugesichert|promet\p{L}*|promis|je vous garantis|nous garantissons|garantizo|garantizamos|le aseguro|promett\p{L}*|garantisco|garantiamo|beloof|beloven|beloofd|garandeer|garanderen|obiecuj\p{L}*|gwarantuj\p{L}*|prometo|prometemos|garanto|garantimos|söz veriyor\p{L}*|garanti ed\p{L}*)(?!\p{L})|أعدك|نعدك|أضمن|نضمن|מבטיח|מתחייב|お約束|約束(?:し|いた)|保証(?:し|いた)/u;

const word = (stems: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])(?:${stems})`, 'u');
const whole = (words: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, 'u');

const deeds = Object.entries(DEEDS).map(([claim, stems]) => ({
  claim: claim as Claim,
  // Verbs take syllables before them, and words of other scripts run into each other.
  met: new RegExp(stems, 'u'),
}));
const [done, person, calls, writes] = [whole(DONE), whole(PERSON), word(CALLS), word(WRITES)];

/** What one sentence pledges. It is meant to find too much: whoever is wronged by it gets a person. */
function pledgesOf(sentence: string): Pledge[] {
  const isUnparted = UNPARTED.test(sentence);
  const isDone = isUnparted || done.test(sentence) || SAYS_ALONE.test(sentence);
  return [
    ...(isDone ? deeds.filter(({ met }) => met.test(sentence)).map(({ claim }) => claim) : []),
    ...((person.test(sentence) && calls.test(sentence)) || UNPARTED_CALLS.test(sentence)
      ? ['call_back' as const]
      : []),
    ...((person.test(sentence) && writes.test(sentence)) || UNPARTED_WRITES.test(sentence)
      ? ['reply' as const]
      : []),
    ...(VOWS.test(sentence) ? ['vow' as const] : []),
  ];
}

/** What a text says the business has done, or will do. */
export const pledgesIn = (text: string): Set<Pledge> =>
  new Set(
    plainly(text)
      .toLowerCase()
      .replaceAll('’', "'")
      .replace(/[*_`~]/g, '')
      .split(/(?<=[.!?。！？])\s*|\n+/u)
      .flatMap(pledgesOf),
  );

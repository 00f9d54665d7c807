import { chatFromTag } from '../from-tag.ts';
import { intercom } from '../intercom.ts';

intercom(chatFromTag());

import { chatwoot } from '../chatwoot.ts';
import { chatFromTag } from '../from-tag.ts';

chatwoot(chatFromTag());

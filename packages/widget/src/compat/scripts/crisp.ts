import { crisp } from '../crisp.ts';
import { chatFromTag } from '../from-tag.ts';

crisp(chatFromTag());

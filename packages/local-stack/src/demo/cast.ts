/** Who takes part in the demo. The numbers are of the range that is reserved for fiction. */
export interface Business {
  name: string;
  number: string;
  customer: { name: string; number: string; asks: string };
}

export const businesses: Business[] = [
  {
    name: 'Rye & Barley Bakery',
    number: '15550100101',
    customer: { name: 'Ada', number: '15550100201', asks: 'Do you still have rye bread today?' },
  },
  {
    name: 'Spoke Bicycle Repair',
    number: '15550100102',
    customer: { name: 'Grace', number: '15550100202', asks: 'Is my bicycle ready?' },
  },
  {
    name: 'Fern Florist',
    number: '15550100103',
    customer: { name: 'Edsger', number: '15550100203', asks: 'Can you deliver tulips on Friday?' },
  },
];

/** What the first business answers, through the API. */
export const answer = 'Yes, we keep one for you until six.';

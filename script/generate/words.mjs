// Words that names are made of. Written for this purpose; taken from no list of organizations. The lists are short on
// purpose: names collide by the thousand, as they do in the country.

const words = (text) => text.trim().split(/\s*,\s*/);

export const SURNAMES = words(`
  Abara, Acosta, Alden, Amari, Ansel, Arroyo, Ashby, Baird, Bakshi, Barlow, Beaumont, Becker, Bello, Bergen, Bianchi,
  Bishop, Blake, Boone, Borges, Brandt, Briggs, Bui, Calder, Camacho, Carver, Castell, Chandra, Chavez, Chen, Choi,
  Clay, Cobb, Conrad, Correa, Crane, Cruz, Dalton, Das, Delgado, Desai, Dietz, Doyle, Drake, Dubois, Duran, Eaton,
  Eckert, Ellison, Emery, Espinoza, Fabian, Farrow, Feng, Figueroa, Finch, Fitch, Fontaine, Foss, Frost, Gaines,
  Gallo, Garrido, Gentry, Gibbs, Goel, Graves, Greer, Guerra, Haas, Hale, Haley, Hanif, Harlan, Hassan, Hayes, Heller,
  Hobbs, Holt, Huang, Ibarra, Idris, Ingram, Iyer, Jain, Jansen, Joshi, Kang, Kaplan, Keane, Kemp, Khan, Kline,
  Kowalski, Kramer, Lam, Lanier, Larkin, Leduc, Leon, Liang, Lott, Lowe, Luna, Lyons, Madden, Malik, Marsh, Mata,
  Mehta, Mercer, Meyers, Mohan, Monroe, Montes, Moody, Nair, Nash, Navarro, Nolan, Novak, Nuñez, Oakes, Obi, Olsen,
  Ortega, Osei, Padilla, Park, Pascal, Peña, Pham, Pike, Pineda, Pratt, Quinn, Rao, Reyes, Rhodes, Rios, Roth, Rowe,
  Rubio, Saad, Salas, Sandhu, Santos, Sato, Schmitt, Serrano, Shah, Sharp, Silva, Sloan, Soto, Stark, Stein, Suarez,
  Tanaka, Tate, Thorne, Tran, Trujillo, Ueda, Vance, Vargas, Vaughn, Vega, Villa, Voss, Wade, Walsh, Weiss, Whitaker,
  Wolfe, Wong, Wu, Yang, Yates, Yoder, Zamora, Zeller, Zhou, Ziegler`);

export const FIRST_NAMES = words(`
  Aaron, Adele, Aisha, Alan, Alma, Amir, Andrea, Anita, Boris, Carla, Carlos, Cecil, Chloe, Clara, Daniel, Deepa,
  Diego, Edith, Elena, Emil, Esther, Farah, Felix, Gail, Gloria, Grant, Hana, Harold, Hector, Ines, Irene, Ivan, Jaime,
  Janet, Joel, Julia, Karim, Kathryn, Leah, Leo, Linda, Louis, Lucia, Manuel, Marcus, Maria, Miriam, Nadia, Nathan,
  Nina, Omar, Oscar, Paula, Priya, Rafael, Rita, Rosa, Ruth, Samir, Sofia, Stella, Tara, Theo, Uma, Victor, Wendy`);

export const LAND = words(`
  Cedar, Maple, Oak, Pine, Willow, Birch, Elm, Juniper, Aspen, Magnolia, Laurel, Hickory, Sycamore, River, Lake,
  Prairie, Valley, Canyon, Mesa, Summit, Ridge, Harbor, Bay, Island, Coastal, Desert, Highland, Meadow, Spring, Garden,
  Sunrise, Sunset, Golden, Silver, Blue, Green, Red Rock, Stone, Crystal, Clear Creek, Twin Rivers, Three Rivers,
  North Star, Heartland, Pioneer, Liberty, Heritage, Century, Keystone, Lone Tree, Big Sky, Great Plains, Gulf, Delta,
  Piedmont, Foothills, Riverside, Lakeside, Hillside, Parkway, Plaza, Gateway, Crossroads, Midtown, Downtown, Central,
  Northside, Southside, Eastside, Westside, Mercy, Grace, Hope, Unity, Trinity, Advent, Providence Hill, Good Neighbor`);

export const SAINTS = words(`
  Saint Agnes, Saint Anne, Saint Anthony, Saint Clare, Saint Dominic, Saint Francis, Saint Joseph, Saint Jude,
  Saint Luke, Saint Mark, Saint Mary, Saint Michael, Saint Patrick, Saint Paul, Saint Rita, Saint Thomas,
  Saint Vincent, Sacred Heart, Holy Cross, Good Shepherd`);

export const SPECIALTIES = words(`
  Family Medicine, Family Practice, Internal Medicine, Pediatrics, Cardiology, Dermatology, Orthopedics, Obstetrics,
  Gynecology, Women's Health, Neurology, Oncology, Urology, Nephrology, Gastroenterology, Pulmonology, Rheumatology,
  Endocrinology, Podiatry, Physical Therapy, Pain Management, Allergy & Asthma, Ear Nose & Throat, General Surgery,
  Plastic Surgery, Primary Care, Urgent Care, Sleep Medicine, Sports Medicine, Foot & Ankle, Spine & Joint,
  Behavioral Health, Chiropractic, Geriatrics, Infectious Disease, Vascular Surgery, Wound Care, Occupational Health`);

export const GROUPS = words(`
  Associates, Group, Clinic, Center, Specialists, Physicians, Partners, Care, Medical Group, Medical Associates,
  Health Center, Medical Center, Institute, Services, Consultants, Practice`);

/** Names that say nothing and stand in every state. */
export const PLAIN = words(`
  Main Office, Clinical Associates, Medical Associates, Family Health Center, Urgent Care, Primary Care Associates,
  Physical Therapy, Outpatient Clinic, Women's Health Center, Community Health Center, Pediatric Associates,
  Surgery Center, Administration, Medical Group, The Clinic`);

export const LEGAL = words('LLC, PLLC, PC, PA, Inc., Inc, LLP, MD PA, Corp.');

export const TOWN_FRONT = words(`
  Ash, Bel, Black, Bridge, Brook, Burn, Cedar, Chester, Clay, Clear, Cold, Cross, Dal, East, Elk, Fair, Fall, Farm,
  Fox, Glen, Gran, Green, Ham, Har, Haw, Hill, Holl, Iron, Kings, Lake, Lin, Long, Man, Maple, Mar, Mid, Mill, New, Nor,
  North, Oak, Old, Pal, Pine, Plain, Port, Rich, River, Rock, Rose, Sand, Shel, South, Spring, Stan, Stone, Sun, Wal,
  War, Wells, West, White, Win, Wood`);
export const TOWN_END = words(`
  borough, bridge, brook, burg, bury, dale, field, ford, gate, grove, ham, haven, land, ley, mont, more, mouth, port,
  side, ton, vale, view, ville, ward, water, way, wick, wood, worth`);

export const STREETS = words(`
  Main, Oak, Maple, Park, Elm, Washington, Lake, Hill, Walnut, Spring, North, Ridge, Church, Willow, Mill, Sunset,
  Railroad, Jackson, West, South, Center, Highland, Forest, Jefferson, River, Meadow, Broad, Chestnut, Lincoln,
  Cherry, Franklin, Hospital, Medical Center, Commerce, Industrial, University, College, Harrison, Dogwood, Hickory,
  Laurel, Magnolia, Pine, Poplar, Second, Third, Fourth, Fifth, Prospect, Union, Valley, Victoria, Wilson, Woodland`);
/** Endings of streets, in full and short. */
export const STREET_ENDS = [
  ['Street', 'St'],
  ['Avenue', 'Ave'],
  ['Road', 'Rd'],
  ['Drive', 'Dr'],
  ['Boulevard', 'Blvd'],
  ['Lane', 'Ln'],
  ['Parkway', 'Pkwy'],
  ['Highway', 'Hwy'],
];

//! The names of the demo's people: given and family names of several languages, combined at random.
//! Nobody real is meant.

use crate::domain::vocabulary::Locale;

/// Given and family names that go together.
pub struct Language {
    /// Given names, separated by a bar.
    pub given_names: &'static str,
    /// Family names, separated by a bar.
    pub family_names: &'static str,
    /// The language of the product that most of its speakers choose.
    pub locale: Locale,
}

/// The languages of the town. Those with more speakers appear more often.
pub const LANGUAGES: &[Language] = &[
    ENGLISH, FRENCH, DUTCH, ENGLISH, FRENCH, SPANISH, TURKISH, POLISH, ARABIC, VIETNAMESE,
];

const ENGLISH: Language = Language {
    given_names: "Abigail|Alasdair|Bronwyn|Callum|Cordelia|Dylan|Edith|Ewan|Fiona|Gareth|Harriet|Imogen|Isaac|Jolyon|Keira|\
        Lachlan|Mabel|Niamh|Oscar|Priscilla|Quentin|Rosalind|Siobhán|Tobias|Una|Winifred|Mary-Kate|Beau",
    family_names: "Ashdown|Birchwood|Carmody|Dunmore|Ellsworth|Fairweather|Garrick|Hollis|Inchbald|Kettering|Lockhart|MacAllister|\
        Northcott|O'Dwyer|O'Halloran|Penhaligon|Quill|Rushton|Sedgewick|Thackeray-Boone|Underhill|Vance|Wetherby|\
        St. Clair|Featherstone|Blyth|Marsh-Hadley|Dunn",
    locale: Locale::En,
};

const FRENCH: Language = Language {
    given_names: "Adèle|Anaïs|Aurélien|Benoît|Céleste|Clémence|Édouard|Élodie|Étienne|Françoise|Gaël|Hélène|Inès|Jean-Noël|Joëlle|\
        Loïc|Maëlle|Marie-Ange|Mathéo|Noémie|Océane|Rémi|Solène|Thibault|Valère|Zoé|Maïwenn|Côme",
    family_names: "Aubertin|Beaugrand|Besançon|Castelnau|Charpentier|D'Aubigny|de Kermadec|de la Porte|Delcourt|Duchêne|Fontanelle|\
        Géraud|Guérin|L'Hermitte|Lacombe|Le Bihan|Lefèvre|Maréchal|Montségur|Noël|Péricard|Quéré|Rossignol|Saint-Aubin|\
        Tréville|Vauquelin|Le Goff|Bœuf",
    locale: Locale::Fr,
};

const DUTCH: Language = Language {
    given_names: "Anouk|Bram|Daan|Elke|Femke|Fleur|Geert|Hanneke|Ilse|Jelle|Joost|Katrijn|Liesbeth|Loes|Maarten|Marijke|Noor|Pim|\
        Roos|Ruben|Saskia|Sjoerd|Thijs|Veerle|Wout|Zoë|Jan-Willem|Renée",
    family_names: "Aerts|Bakhuizen|Claessens|D'Hondt|De Backer|de Bruin|de Vries|De Wachter|Dijkgraaf|Goossens|Hoekstra|in 't Veld|\
        Janssens|Kuipers|Mertens|Noordhoek|op den Camp|Peeters|Roelants|Smeets|ten Brink|Terlinden|van 't Wout|\
        Van Acker|van den Heuvel|van der Linden|Verbruggen|Wijngaarden",
    locale: Locale::Nl,
};

const SPANISH: Language = Language {
    given_names: "Alejandra|Álvaro|Begoña|Belén|Concepción|Damián|Emilia|Germán|Íñigo|Joaquín|José María|Lucía|Maite|Nerea|Óscar|\
        Paloma|Rocío|Ramón|Soledad|Tomás|Úrsula|Verónica|Ximena|Yago",
    family_names: "Aguirre|Ayala Núñez|Benítez|Cañizares|Cordero|de la Fuente|del Olmo|Echevarría|Figueroa Sáenz|Gálvez|Ibáñez|\
        Jiménez Ochoa|Larrañaga|Muñoz|Ordóñez|Peñalver|Quiroga|Robledo|Sepúlveda|Trujillo|Urrutia|Valdés|Yáñez|\
        Zamora Peña",
    locale: Locale::En,
};

const TURKISH: Language = Language {
    given_names: "Aslı|Ayşegül|Barış|Cansu|Çağla|Deniz|Ebru|Emre|Fırat|Gökçe|Gülşen|Hakan|Işıl|İlker|Kıvanç|Levent|Melis|Nuray|\
        Özge|Pınar|Serkan|Şule|Tuğba|Ümit|Yağmur|Zeynep",
    family_names: "Akdoğan|Aydınlık|Başaran|Bozkır|Çelikkol|Çınar|Demirtaş|Ekşi|Erdoğmuş|Gündüz|Güneş|Ilgaz|İnce|Kılıçarslan|\
        Kocatürk|Öztürk|Sarıkaya|Soylu|Şahin|Taşkıran|Uçar|Ünver|Yalçınkaya|Yıldız",
    locale: Locale::En,
};

const POLISH: Language = Language {
    given_names: "Agnieszka|Bartłomiej|Bogumiła|Cezary|Dorota|Elżbieta|Filip|Grażyna|Hubert|Iwona|Jagoda|Kinga|Łucja|Łukasz|\
        Małgorzata|Michał|Oliwia|Paweł|Radosław|Sławomir|Stanisław|Urszula|Wojciech|Zbigniew|Żaneta|Zofia",
    family_names: "Bąk|Borowiec|Chrzanowski|Czajka|Dąbek|Gąsior|Górecki|Jabłoński|Jaśkiewicz|Kołodziej|Krzyżak|Lis-Zawadzka|Łącki|\
        Mrówka|Niedźwiedź|Ostrowska|Pająk|Różycki|Sikora|Śliwa|Świderek|Wądołek|Wróbel|Źrebiec|Żurawska|Szczęsny",
    locale: Locale::En,
};

const ARABIC: Language = Language {
    given_names: "Abdelkader|Amal|Anwar|Bashir|Dalal|Faten|Ghassan|Hanan|Idris|Jamila|Karim|Khadija|Lamia|Mounir|Nabila|\
        Nour-Eddine|Othmane|Rachida|Samira|Tariq|Wafa|Yasmine|Youssef|Zakaria",
    family_names: "Abou Zeid|Al-Khatib|Al-Masri|Alaoui|Ben Slimane|Benhaddou|Bouazza|Boukhari|Chaoui|Dahmani|El Amrani|El Fassi|\
        El-Sayegh|Ghanem|Haddad|Ibn Khalil|Jabri|Kettani|Lahlou|Mansouri|Naciri|Ould Brahim|Rahmani|Tazi",
    locale: Locale::Fr,
};

const VIETNAMESE: Language = Language {
    given_names: "Anh Tuấn|Bảo Châu|Cẩm Tú|Diễm My|Đình Phúc|Đức Huy|Gia Hân|Hải Yến|Hoàng Nam|Khánh Linh|Minh Thư|Ngọc Lan|\
        Nhật Minh|Phương Thảo|Quang Vinh|Quốc Bảo|Thanh Tâm|Thị Hồng|Thu Hà|Tuyết Mai|Văn Dũng|Xuân Trường",
    family_names: "Bùi|Cao|Châu|Đặng|Đinh|Đỗ|Dương|Hồ|Hoàng|Huỳnh|Lê|Lý|Mạc|Ngô|Nguyễn|Phạm|Phan|Tạ|Tăng|Tô|Trần|Trịnh|Võ|Vũ",
    locale: Locale::En,
};

/// People who write their names in Arabic script, with the beginning of their address.
pub const NATIVE: &[(&str, &str, &str)] = &[
    ("سلمى", "الحداد", "salma.alhaddad"),
    ("طارق", "بن يوسف", "tarek.benyoussef"),
    ("نادية", "المنصوري", "nadia.elmansouri"),
    ("أيمن", "الخطيب", "ayman.alkhatib"),
];

/// People with a single name.
pub const SINGLE: &[&str] = &[
    "Wulandari",
    "Suryani",
    "Bayu",
    "Anjali",
    "Tenzin",
    "Prameswari",
];

import type { Text } from "./search.fixture.ts";

/** The notes of a team that works in eight languages. */
export const notes: Text[] = [
  {
    title: "PostgreSQL settings",
    content:
      "# Settings\n\nSet `max_connections` to 200 and `shared_buffers` to a quarter of the memory. Restart the server afterwards.\n\nThe pool has 20 connections per process.",
  },
  {
    title: "Connection pools",
    content:
      "Every connection costs memory. The max number of connections depends on the pool; keep the pool small and the max low.",
  },
  {
    title: "Max and the connections of the team",
    content: "Max keeps up connections with our partners. He maintains the list of connections.",
  },
  {
    title: "C++ style guide",
    content: "We write C++20. Prefer `std::unique_ptr` to raw pointers. No exceptions in destructors.",
  },
  { title: "C for beginners", content: "The language C is from 1972. Pointers, arrays and strings in C." },
  {
    title: "Why we left C#",
    content: "C# served us well, but the tools for .NET on our machines were slow.",
  },
  {
    title: "Changelog",
    content:
      "## v1.2.4\n\nFixes the import.\n\n## v1.2.3\n\nAdds search. Thanks to the people of the forum.\n\n## v1.2.0\n\nFirst release.",
  },
  {
    title: "Version numbers",
    content: "Numbers are of the form v1, then 2, then 3: version 1 step 2 step 3.",
  },
  {
    title: "Release plan",
    content: "We ship in spring. The release of the mobile app follows in autumn, after the beta.",
  },
  { title: "Release notes", content: "What has changed since the last release, for customers." },
  {
    title: "IT",
    content: "Who to ask about laptops, passwords and printers. Write to helpdesk@example.com.",
  },
  { title: "The Who", content: "Notes on the concert of the band for our summer party." },
  {
    title: "Kubernetes",
    content:
      "How to configure an ingress controller. Use `kubectl apply -f ingress.yaml`. See src/deploy/ingress.yaml for an example.",
  },
  {
    title: "Onboarding",
    content:
      "Welcome! You don’t need to know everything. Ask your mentor, read the handbook, and organize your first week.",
  },
  {
    title: "Meeting notes",
    content:
      "The organization of the conference: rate the talks, and limit each to twenty minutes. Naïve questions welcome.",
  },
  {
    title: "API limits",
    content:
      "The rate limit is 100 requests per minute. When the rate limit is exceeded, the API answers 429.",
  },
  {
    title: "Glossary",
    content: "Backup: a copy of data. Restore: the way back. Snapshot: a backup of a moment.",
  },
  { title: "Backups", content: "Nightly, encrypted, kept for 30 days. Restoring is tested every month." },
  {
    title: "Donaudampfschifffahrt",
    content:
      "Die Donau\u00ADdampf\u00ADschiff\u00ADfahrts\u00ADgesellschaft fährt seit 1829. Die Häuser am Fluss sind größer geworden.",
    language: "german",
  },
  {
    title: "Besprechung vom Montag",
    content:
      "Anwesend: Jörg, Änne und Günther. Die Übersetzungen müssen bis Freitag fertig werden. Urlaubsanträge bitte früher stellen.",
    language: "german",
  },
  {
    title: "Reisekosten",
    content:
      "Belege werden innerhalb von vier Wochen eingereicht. Die Straßenbahn wird erstattet, das Taxi nur nachts.",
    language: "german",
  },
  {
    title: "Compte rendu",
    content:
      "L’équipe a présenté ses résultats. Les libertés générales des utilisateurs sont décrites à l’article 5.",
    language: "french",
  },
  {
    title: "Recettes de cuisine",
    content:
      "Le gâteau aux pommes : éplucher les pommes, ajouter des œufs et du beurre, cuire à basse fréquence.",
    language: "french",
  },
  {
    title: "Aujourd’hui",
    content: "Ce qu’il faut faire aujourd’hui : relire le contrat, répondre à Chloé.",
    language: "french",
  },
  {
    title: "Plan de vacaciones",
    content: "Los niños quieren ir a la playa. Mañana compramos los billetes de avión a Málaga.",
    language: "spanish",
  },
  {
    title: "Presupuesto anual",
    content: "Las inversiones crecieron un diez por ciento. Las canciones del anuncio costaron demasiado.",
    language: "spanish",
  },
  {
    title: "Список книг",
    content: "Новые книги стоят на полке. Мы читаем рассказы Чехова и переводим их.",
    language: "russian",
  },
  {
    title: "Инструкция по установке",
    content:
      "Скачайте установщик, запустите его и перезагрузите компьютер. Настройки сохраняются в файле config.toml.",
    language: "russian",
  },
  {
    title: "数据库备份",
    content: "我们用数据库保存所有文件。每天晚上自动备份，备份文件保留三十天。",
    language: "simple",
  },
  { title: "会议记录", content: "讨论了新产品的价格和发布日期。北京团队负责测试。", language: "simple" },
  {
    title: "全文検索の設計",
    content: "これは全文検索のテストです。単語の区切りがない言語では、二文字ずつ索引に入れます。",
    language: "simple",
  },
  {
    title: "旅行の計画",
    content: "東京から京都まで新幹線で行きます。ホテルは駅の近くです。",
    language: "simple",
  },
  { title: "แผนการเดินทาง", content: "ฉันไปตลาดทุกวันเสาร์ แล้วกลับบ้านด้วยรถไฟ", language: "simple" },
  { title: "สูตรอาหาร", content: "ข้าวผัดใส่ไข่และกุ้ง กินกับน้ำปลา", language: "simple" },
];

/** A query, and the titles of the hits that come first. */
type Expectation = [query: string, first: string[]];

/** Queries, by what makes them difficult. */
export const expectations: Record<string, Expectation[]> = {
  "identifiers, code and versions": [
    ["max_connections", ["PostgreSQL settings"]],
    ["MAX_CONNECTIONS", ["PostgreSQL settings"]],
    ["shared_buffers", ["PostgreSQL settings"]],
    ["C++", ["C++ style guide"]],
    ["c++ pointers", ["C++ style guide"]],
    ["C#", ["Why we left C#"]],
    ["C", ["C for beginners", "Why we left C#"]],
    ["v1.2.3", ["Changelog"]],
    ["v1.2.4", ["Changelog"]],
    ["unique_ptr", ["C++ style guide"]],
    ["ingress.yaml", ["Kubernetes"]],
    ["src/deploy", ["Kubernetes"]],
    ["kubectl apply -f", ["Kubernetes"]],
    ["config.toml", ["Инструкция по установке"]],
    ["helpdesk@example.com", ["IT"]],
    ["nique_pt", ["C++ style guide"]],
  ],
  "titles and words": [
    ["backups", ["Backups", "Glossary"]],
    ["release", ["Release notes", "Release plan"]],
    ["release notes", ["Release notes"]],
    ["release autumn", ["Release plan"]],
    ["rate limit", ["API limits", "Meeting notes"]],
    ["connection pools", ["Connection pools", "PostgreSQL settings"]],
    ["kuber", ["Kubernetes"]],
    ["organizing", ["Meeting notes", "Onboarding"]],
    ["restore", ["Backups", "Glossary"]],
    ["naive", ["Meeting notes"]],
    ["glossary", ["Glossary"]],
  ],
  "words too common to be indexed": [
    ["IT", ["IT"]],
    ["it", ["IT"]],
    ["the who", ["The Who"]],
    ["who", ["The Who"]],
  ],
  "apostrophes and soft hyphens": [
    ["don't", ["Onboarding"]],
    ["don’t need", ["Onboarding"]],
    ["aujourd'hui", ["Aujourd’hui"]],
    ["l'équipe", ["Compte rendu"]],
    ["Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifffahrt"]],
    ["Donau\u00ADdampf\u00ADschifffahrt", ["Donaudampfschifffahrt"]],
  ],
  "typing errors in titles": [
    ["kubernets", ["Kubernetes"]],
    ["onbaording", ["Onboarding"]],
    ["glosary", ["Glossary"]],
    ["conection pols", ["Connection pools"]],
    ["Reisekostn", ["Reisekosten"]],
  ],
  "German, French, Spanish and Russian": [
    ["haus", ["Donaudampfschifffahrt"]],
    ["Übersetzung", ["Besprechung vom Montag"]],
    ["urlaubsantrag", ["Besprechung vom Montag"]],
    ["strassenbahn", ["Reisekosten"]],
    ["liberté", ["Compte rendu"]],
    ["resultat", ["Compte rendu"]],
    ["gateau", ["Recettes de cuisine"]],
    ["fréquence", ["Recettes de cuisine"]],
    ["niño", ["Plan de vacaciones"]],
    ["malaga", ["Plan de vacaciones"]],
    ["canción", ["Presupuesto anual"]],
    ["книга", ["Список книг"]],
    ["настройка", ["Инструкция по установке"]],
  ],
  "Chinese, Japanese and Thai": [
    ["备份", ["数据库备份"]],
    ["价格", ["会议记录"]],
    ["北京", ["会议记录"]],
    ["全文検索", ["全文検索の設計"]],
    ["索引", ["全文検索の設計"]],
    ["京都", ["旅行の計画"]],
    ["新幹線 ホテル", ["旅行の計画"]],
    ["ไป", ["แผนการเดินทาง"]],
    ["ตลาด", ["แผนการเดินทาง"]],
    ["ไข่", ["สูตรอาหาร"]],
    ["น้ำปลา", ["สูตรอาหาร"]],
  ],
};

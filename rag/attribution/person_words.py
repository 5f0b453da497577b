"""English words by which news tell who is meant: titles, what people do, verbs of saying, and what is no name."""

from __future__ import annotations

from typing import Literal

Gender = Literal["m", "f", ""]


def _words(printed: str) -> frozenset[str]:
    return frozenset(printed.split())


def _gendered(male: str, female: str, either: str) -> dict[str, Gender]:
    found: dict[str, Gender] = dict.fromkeys(either.split(), "")
    found.update(dict.fromkeys(male.split(), "m"))
    found.update(dict.fromkeys(female.split(), "f"))
    return found


TITLES = _gendered(
    "mr king prince sir lord pope imam sheikh duke emperor sultan congressman councilman chairman spokesman",
    "mrs ms miss queen princess lady dame duchess baroness congresswoman councilwoman chairwoman spokeswoman madam",
    """
    dr prof professor president minister premier chancellor secretary sen senator rep representative gov
    governor mayor judge justice gen general maj major col colonel lt lieutenant capt captain sgt sergeant cpl
    corporal adm admiral brig brigadier big cmdr commander chief officer detective sheriff constable inspector
    superintendent deputy attorney coach ambassador rev reverend bishop archbishop cardinal speaker leader chair
    ceo cfo coo director commissioner mp mg manager private trooper rabbi whip envoy spokesperson founder
    co-founder chairperson
    """,
)
"""Words with a capital that stand before a name and are no part of it, with the gender that they tell."""
PERSON_NOUNS = _gendered(
    """
    man boy father son brother husband king prince uncle grandfather grandson nephew boyfriend dad spokesman
    chairman congressman councilman businessman policeman fireman salesman gentleman guy widower stepfather
    salesman cameraman frontman statesman anchorman fisherman monk priest pope footballer-turned-manager
    """,
    """
    woman girl mother daughter sister wife queen princess aunt grandmother granddaughter niece girlfriend mom
    mum spokeswoman chairwoman congresswoman councilwoman businesswoman lady policewoman widow duchess actress
    stepmother nun waitress heroine ballerina
    """,
    """
    person child baby teenager teen kid adult toddler infant student pupil teacher professor doctor nurse
    surgeon physician lawyer attorney prosecutor judge juror witness victim suspect defendant gunman attacker
    shooter killer assailant driver passenger pilot officer detective soldier sailor marine veteran general
    commander colonel sergeant captain lieutenant player footballer striker goalkeeper midfielder defender
    forward winger quarterback pitcher golfer boxer swimmer runner sprinter skater skier cyclist gymnast athlete
    champion coach manager trainer referee umpire singer rapper musician guitarist drummer pianist composer
    conductor actor comedian comic dancer director filmmaker producer screenwriter writer author novelist poet
    journalist reporter correspondent editor columnist blogger host presenter broadcaster anchor photographer
    artist painter sculptor designer model influencer chef cook waiter farmer worker employee boss executive
    founder co-founder billionaire millionaire tycoon entrepreneur investor banker economist analyst expert
    researcher scientist biologist physicist astronomer engineer astronaut historian philosopher psychologist
    president minister premier chancellor secretary senator representative governor mayor lawmaker legislator
    politician candidate nominee incumbent leader opponent rival activist campaigner advocate dissident diplomat
    ambassador envoy spokesperson official aide adviser advisor assistant deputy counselor counsellor councillor
    chief head chair ceo director chairperson commissioner inspector superintendent sheriff trooper constable
    firefighter paramedic resident neighbor neighbour homeowner tourist traveler traveller hiker climber fan
    friend colleague partner fiance fiancé parent cousin sibling twin relative grandparent survivor patient
    inmate prisoner detainee hostage refugee migrant immigrant priest pastor bishop archbishop cardinal rabbi
    imam monarch heir star superstar legend icon newcomer veteran rookie captain owner landlord tenant customer
    buyer seller user owner member mogul guru whistleblower informant spy agent hacker professor successor
    predecessor premier strategist pollster consultant lobbyist critic commentator youtuber streamer gamer
    """,
)
"""What a person is called without a name, with the gender that it tells."""
RELATIVES = _words(
    "brother sister son daughter father mother wife husband uncle aunt nephew niece cousin twin sibling"
)
SUFFIXES = _words("jr sr ii iii iv")
PARTICLES = _words("al el bin ibn von van de der den del di da dos la le du ter bint y e ul")
SAID = (
    r"said|says|told|tells|added|adds|tweeted|explained|noted|wrote|argued|warned|insisted|continued|concluded|"
    r"recalled|admitted|claimed|remarked|replied|stated|commented|acknowledged|announced|declared|asked|joked|"
    r"stressed|testified|quipped|posted|emphasized|emphasised|suggested|confirmed|observed|lamented|pledged|vowed|responded"
)
"""Verbs of saying, as the inside of a regular expression."""
NOT_NAMES = _words(
    """
    a after although am an and another any are as at be because before both but by can could despite did do does
    during each even every few first following for former from had has have he her here his how however i if in
    instead into is it its last late like many may meanwhile more most much my never new no nor not now of on
    once one only or other our over people perhaps recently she since so some still such than that the their
    then there these they this those though three through thus to today tomorrow two under unlike until upon us
    was we were what when where whether which while who whose why will with within without would yes yesterday
    yet you your according also among amid asked back born called despite earlier later elsewhere given say says
    said see still speaking sources courtesy police officials critics experts authorities residents fans next
    until about across against alongside around besides between beyond inside near off outside past per plus
    regarding toward towards via versus ever just it’s it's he’s he's she’s she's they’re that’s that's there’s
    there's here’s what’s i’m i'm we’re we're don’t
    """
)
"""Words that have a capital only because a sentence begins with them."""
BREAKS = NOT_NAMES - _words("may will can do my young an a her few born still last late next")
"""Of these, the ones that end a name where they have a capital in the middle of a sentence."""
DEPARTMENTS = _words(
    "finance health defense defence justice education energy interior commerce labor agriculture transportation"
)
"""What stands between "Minister of" and a name."""
INSTITUTIONS = _words(
    """
    inc corp co ltd llc plc group holdings bank fund foundation institute university college school academy
    hospital center centre church cathedral museum park zoo stadium arena airport bridge street road avenue
    square river lake mountain mount island islands bay beach valley county city town state states province
    district region republic kingdom union party committee commission council court congress senate house
    parliament assembly ministry department office agency bureau service services force forces army navy guard
    police association federation league cup championship championships open games olympics festival awards
    award prize act bill law treaty agreement times post news press journal magazine radio television tv network
    media company airlines airways motors energy oil gas systems technologies tower palace castle hall hotel
    theatre theater gallery library memorial monument united fc rovers hotspur wanderers villa watch
    international organization organisation administration authority board trust society alliance coalition
    movement front brigade command operation project program programme initiative conference summit forum day
    week month year war wall index exchange pictures studios records entertainment express capital partners
    research analytics security defense defence affairs health education justice rights democrats republicans
    nations hurricane storm typhoon cyclone images getty reuters ap afp show morning night today world national
    american british european global family center hills heights springs falls creek canyon forest ocean sea
    gulf desert mall market store prison jail station base camp club team chargers series tour masters grand
    prix bowl
    """
)
"""Words that people's names seldom have and those of institutions, places and events often have."""
PLACES = _words(
    """
    Afghanistan Africa Alabama Alaska Albania Algeria America Argentina Arizona Arkansas Armenia Asia Australia
    Austria Azerbaijan Baghdad Bahrain Bangladesh Barcelona Beijing Beirut Belarus Belgium Berlin Bolivia Bosnia
    Boston Brazil Britain Brussels Bulgaria Cairo California Cambodia Cameroon Canada Chicago Chile China
    Colombia Colorado Connecticut Croatia Cuba Cyprus Dallas Delaware Delhi Denmark Detroit Dubai Dublin Ecuador
    Egypt England Estonia Ethiopia Europe Finland Florida France Frankfurt Gaza Geneva Germany Ghana Greece
    Guatemala Haiti Havana Hawaii Honduras Houston Hungary Iceland Idaho Illinois India Indiana Indonesia Iowa
    Iran Iraq Ireland Islamabad Israel Istanbul Italy Jakarta Jamaica Japan Jerusalem Jordan Kabul Kansas
    Kazakhstan Kentucky Kenya Kharkiv Kherson Korea Kosovo Kremlin Kuwait Kyiv Kiev Laos Latvia Lebanon Liberia
    Libya Lithuania Liverpool London Louisiana Luxembourg Madrid Maine Malaysia Mali Manchester Manhattan Manila
    Maryland Massachusetts Melbourne Mexico Miami Michigan Milan Minneapolis Minnesota Mississippi Missouri
    Moldova Monaco Mongolia Montana Morocco Moscow Mumbai Munich Myanmar Nashville Nebraska Nepal Netherlands
    Nevada Nicaragua Niger Nigeria Norway Ohio Oklahoma Oman Oregon Orlando Oslo Pakistan Palestine Panama
    Paraguay Paris Pennsylvania Pentagon Peru Philadelphia Philippines Phoenix Poland Portland Portugal Qatar
    Romania Rome Russia Rwanda Scotland Seattle Senegal Seoul Serbia Shanghai Singapore Slovakia Slovenia
    Somalia Spain Stockholm Sudan Sweden Switzerland Sydney Syria Taipei Taiwan Tehran Tennessee Texas Thailand
    Tokyo Toronto Tunisia Turkey Uganda Ukraine Uruguay Utah Uvalde Uzbekistan Venezuela Vermont Vienna Vietnam
    Virginia Wales Warsaw Washington Wisconsin Wyoming Yemen York Zambia Zimbabwe Vegas Angeles Francisco Diego
    Jersey Hampshire Carolina Dakota Zealand Arabia Leone Rica Rico Kong Lanka American Americans British Briton
    Britons English Scottish Welsh Irish French German Italian Spanish Portuguese Dutch Belgian Swiss Austrian
    Polish Czech Slovak Hungarian Romanian Bulgarian Greek Turkish Russian Russians Ukrainian Ukrainians
    Belarusian Swedish Norwegian Danish Finnish Chinese Japanese Korean Taiwanese Indian Pakistani Afghan
    Iranian Iraqi Syrian Lebanese Israeli Israelis Palestinian Palestinians Saudi Egyptian Libyan Moroccan
    Nigerian Kenyan Ethiopian Australian Canadian Mexican Brazilian Argentine Argentinian Chilean Colombian
    Venezuelan Cuban Haitian Filipino Indonesian Malaysian Thai Vietnamese Kurdish Arab European African Asian
    Latin Western Democrat Democrats Democratic Republican Republicans Conservative Conservatives Labour Liberal
    Tory Tories Islamist Muslim Muslims Christian Christians Catholic Jewish Nazi GOP CNN NBC ABC CBS BBC AP NFL
    NBA NHL MLB Atlanta Baltimore Buffalo Charlotte Cincinnati Cleveland Columbus Denver Jacksonville Memphis
    Milwaukee Oakland Orleans Ottawa Montreal Vancouver Edmonton Calgary Winnipeg Pittsburgh Sacramento Tampa
    Antonio Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July
    August September October November December Hollywood Broadway Northern Southern Eastern
    """
) - {"Christian"}
"""Names that are no person's where they stand alone, and that stand before a person's own name ("Iraqi Kurdish")."""
COUNTRIES = _words(
    """
    Afghanistan Albania Algeria Argentina Armenia Australia Austria Azerbaijan Bahrain Bangladesh Belarus
    Belgium Bolivia Bosnia Brazil Britain Bulgaria Cambodia Cameroon Canada Chile China Colombia Croatia Cuba
    Cyprus Denmark Ecuador Egypt England Estonia Ethiopia Finland France Germany Ghana Greece Guatemala Haiti
    Honduras Hungary Iceland India Indonesia Iran Iraq Ireland Israel Italy Jamaica Japan Kazakhstan Kenya
    Kosovo Kuwait Laos Latvia Lebanon Liberia Libya Lithuania Luxembourg Malaysia Mali Mexico Moldova Monaco
    Mongolia Montenegro Morocco Myanmar Nepal Netherlands Nicaragua Niger Nigeria Norway Oman Pakistan Panama
    Paraguay Peru Philippines Poland Portugal Qatar Romania Russia Rwanda Scotland Senegal Serbia Singapore
    Slovakia Slovenia Somalia Spain Sudan Sweden Switzerland Syria Taiwan Thailand Tunisia Turkey Uganda Ukraine
    Uruguay Uzbekistan Venezuela Vietnam Wales Yemen Zambia Zimbabwe US U.S UK U.K USA
    """
) | {"United States", "United Kingdom", "South Korea", "North Korea", "Saudi Arabia", "New Zealand", "Sri Lanka",
     "South Africa", "Costa Rica", "Hong Kong"}  # fmt: skip
UNITED_STATES = frozenset(("US", "U.S", "USA", "United States", "UK", "U.K"))
"""Country names that nobody needs to be told."""
STATES = _words(
    """
    Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Hawaii Idaho Illinois
    Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri
    Montana Nebraska Nevada Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Virginia Wisconsin
    Wyoming
    """
) | {"New Hampshire", "New Jersey", "New Mexico", "New York", "North Carolina", "North Dakota", "Rhode Island",
     "South Carolina", "South Dakota", "West Virginia"}  # fmt: skip

"""The closed classes of English words, and some open ones: what is no noun, and nouns that need an "of …"."""

from __future__ import annotations

from index.text.sentences import words_of

DETERMINERS = words_of(
    """
    the a an this that these those my your his her its our their some any no every each all both another several
    many most more other such
    """
)
AUXILIARIES = words_of(
    "is are was were be been being am do does did done has have had can could will would shall should may might must"
)
"""Verbs that stand before a subject in a question."""
SUPPORT = words_of("do does did can could will would shall should may might must")
SUBJECTS = words_of("i you we they he she it who")
BEING = words_of("is are was were been being")
PREPOSITIONS = words_of(
    """
    in on at to for by with from about into over of against between without within during under after before
    since until through across around near than as like besides inside outside behind upon towards toward among
    per
    """
)
PRONOUNS = words_of(
    """
    i me mine you yours we us ours they them theirs he him hers she it myself itself themselves himself herself
    there here what which who whom whose when where why how this that these those one ones someone anyone
    something anything everything nothing everyone somebody anybody nobody others
    """
)
LINKS = words_of(
    """
    and or but nor if so then because while whether although though not also just only even still yet already
    ever never now today currently usually often always very too much few enough else instead please well ok
    okay oh wow interesting really thanks thank hello hi yes actually exactly again ago together apart away back
    up down out off soon later earlier first-hand n't however meanwhile moreover nevertheless nonetheless
    furthermore additionally therefore thus hence otherwise perhaps maybe indeed overall despite according
    """
)
VERBS = words_of(
    """
    say says said tell tells told describe explain compare contrast give gives gave show shows showed know knows
    knew known learn think thinks thought believe claim mean means meant want wants wanted need needs like likes
    see sees saw seen find finds found get gets got make makes made take takes took taken come comes came go
    goes went gone happen happens become becomes became begin begins began begun start starts stop stops end
    ends keep keeps kept leave leaves left remain remains stay stays live lives lived work works help helps
    affect affects cause causes reduce increase change changes create creates eat eats drink feel feels fight
    fights fought attack attacks kill kills win wins won lose loses lost join joins lead leads led hold holds
    held grow grows grew rise rises rose fall falls fell fallen spread spreads die dies cost costs pay pays paid
    buy sell sold send sent bring brought build builds built write writes wrote written read play plays run runs
    ran use uses carry carries support supports differ differs govern survive exist exists include includes
    contain contains consider recover treat prevent protect produce provide provides receive require requires
    relate relates influence contribute choose chose chosen evolve develop occur serve serves began speak speaks
    spoke talk talks blame blames accuse announce announces declare withdraw withdrew return returns reach agree
    agrees react respond call calls plan plans try tries visit cook last lasts look looks seem appear open opens
    close closes move moves meet met put set let ask asks answer add adds suggest recommend list name discuss
    define elaborate summarise summarize celebrate teach spend spent hurt fix invent discover
    """
)
PARTICIPLES = words_of(
    """
    caught chosen held known made taken given found seen built written sold sent paid won lost led left kept
    brought spent hurt begun fallen read put set told said done born shot struck hit cut torn thrown drawn
    """
)
DESCRIBING = words_of(
    """
    free legal true safe difficult easy hard dead alive over ready different similar important expensive cheap
    popular common serious good bad better worse best worst famous necessary possible unique likely real related
    traditional reliable harder easier bigger larger largest biggest responsible special big large high low old
    new small long short strong weak right wrong healthy fast slow rich poor early late illegal open typical
    modern available effective
    """
)
COMPLEMENTED = words_of(
    """
    type kind sort form example pro con advantage disadvantage benefit history origin root purpose function role
    importance cause symptom effect impact influence difference similarity cost number meaning definition
    characteristic evidence part risk reason result consequence price size age length height name use
    application feature aspect objective goal variation version variety option alternative criticism rule danger
    background creation founding development relationship relation future outcome source process stage step sign
    treatment cure component member leader head author winner ingredient list series main
    """
)
"""Nouns that ask for "of …": "the advantages" are those of what was spoken of."""
GENERIC = words_of(
    """
    people person man woman thing way time place lot bit something anything information more day year years
    example fact question answer article articles news
    """
)
"""Words that name nothing a later question could mean by "it"."""
ORGANISED = words_of(
    """
    task force forces institute ministry states kingdom operation house street group university party union
    council committee court bank company inc corp agency department nations state army republic association
    organisation organization center centre office congress senate parliament post times news museum school
    college hospital club league cup games day war act treaty city lake river island county park valley mountain
    bay street system theory award prize program programme project model age disease compact
    """
)
PARTICLES = words_of("al el bin ibn von van de la di da du")
"""Small words inside names."""
ROLES = words_of(
    """
    president minister spokesman spokeswoman spokesperson analyst commander adviser advisor secretary director general
    chief mayor governor senator judge lawyer professor author officer chairman chairwoman leader king queen prince
    princess pope attorney captain colonel mr mrs ms dr
    """
)
"""What people are called in front of their names."""
LY_NOUNS = words_of(
    "family supply early daily monthly weekly yearly italy likely friendly elderly assembly anomaly reply"
)
"""Words in -ly that are no adverbs."""

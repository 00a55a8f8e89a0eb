from dreamgen.core.media import Asset, LearnedWord, Style
from dreamgen.core.story import Character, Event, Prop, Story, Trait
from dreamgen.core.tokens import LIMIT
from dreamgen.core.tokens import clip_tokens as tokens
from dreamgen.render.looks import counted, who
from dreamgen.render.phrasing import entity_words, phrase, phrase_portrait

EVERYBODY = ("mara", "tomi")


def test_a_prompt_tells_looks_and_never_names(story: Story, style: Style) -> None:
    mara, tomi = story.shots[0].layout.placements
    layout = story.shots[0].layout.model_copy(update={"placements": (mara.model_copy(update={"pose": "wave"}), tomi)})
    words = phrase(story, story.shots[0].model_copy(update={"layout": layout}), style, EVERYBODY).prompt

    assert words.startswith("flat, ")
    assert "a woman wearing a red coat, waving one arm at the boy, facing right" in words
    assert "a boy wearing a blue shirt, standing, facing left" in words
    assert "in a forest" in words
    assert "Mara" not in words


def test_who_is_not_seen_is_not_told(story: Story, style: Style) -> None:
    assert "boy wearing" not in phrase(story, story.shots[0], style, ("mara",)).prompt
    assert "people" in phrase(story, story.shots[0], style, ()).negative


def test_a_learned_word_is_asked_for_as_dreamframe_does(story: Story, style: Style) -> None:
    learned = style.model_copy(update={"learned": LearnedWord(word="dramatic", file=Asset(where="/word.pt"))})
    asked = "generate an image in dramatic style: "

    assert phrase(story, story.shots[0], learned, EVERYBODY).prompt.startswith(asked + "two people")
    assert phrase_portrait(story.cast[0], learned).prompt.startswith(asked + "full body")
    (_, words), _ = phrase(story, story.shots[0], learned, EVERYBODY, regions=True).regions
    assert words.endswith("facing right, in dramatic style")
    assert "dramatic" not in phrase(story, story.shots[0], learned, EVERYBODY, learned=False).prompt


def test_the_plots_own_words_alone_with_looks_for_names(story: Story, style: Style) -> None:
    shot = story.shots[0].model_copy(update={"description": "Mara waves."})
    told = phrase(story, shot, style, EVERYBODY, plan="plot", regions=True)
    assert (told.prompt, told.regions) == ("flat, A woman in a red coat waves.", ())


def test_with_regions_the_prompt_stays_short_and_the_regions_tell_the_rest(story: Story, style: Style) -> None:
    traits = tuple(Trait(slot=slot, value=slot, colour="red") for slot in ("top", "bottom", "hat", "scarf", "bag"))
    mara = story.cast[0].model_copy(update={"traits": traits})
    dressed = story.model_copy(update={"cast": (mara, story.cast[1])})
    long = style.model_copy(update={"words": "storybook illustration, soft washes, visible grain, gentle light"})
    words = phrase(dressed, story.shots[0], long, EVERYBODY, regions=True)

    assert [name for name, _ in words.regions] == ["mara", "tomi"]
    assert "a red hat" in words.regions[0][1]
    assert all(tokens(text) <= LIMIT for text in (words.prompt, *(text for _, text in words.regions)))
    assert tokens(words.prompt) < tokens(phrase(dressed, story.shots[0], long, EVERYBODY).prompt)


def test_a_region_fits_whatever_the_models_tokens_are(story: Story, style: Style) -> None:
    long = style.model_copy(update={"words": "storybook illustration, soft washes, visible grain, gentle light"})

    def region(letters: int) -> str:
        own = phrase(story, story.shots[0], long, EVERYBODY, regions=True, count=lambda text: len(text) // letters)
        return own.regions[0][1]

    told = "a woman wearing a red coat, standing, facing right"
    assert region(2) == f"{told}, storybook illustration, soft washes, visible grain, gentle light"
    assert region(1) == f"{told}, storybook illustration"
    assert phrase(story, story.shots[0], long, EVERYBODY, regions=True, count=len).regions[1][1].startswith("a boy")
    tiny = phrase(story, story.shots[0], long, EVERYBODY, regions=True, count=lambda text: 10 * len(text))
    assert tiny.regions[0][1] == "a woman"


def test_what_is_held_and_felt_and_spoken_to_is_told(story: Story, style: Style) -> None:
    shot, lantern = story.shots[0], Prop(id="lantern", name="lantern", kind="lantern", colour="red")
    mara, tomi = shot.layout.placements
    mara = mara.model_copy(update={"pose": "talk", "holds": "lantern", "expression": "worried"})
    event = Event(id="e", who="mara", does="talk", action="tell", whom="tomi", end=1.5)
    update = {"layout": shot.layout.model_copy(update={"placements": (mara, tomi)}), "events": (event,)}
    with_lantern = story.model_copy(update={"props": (lantern,)})
    words = phrase(with_lantern, shot.model_copy(update=update), style, (*EVERYBODY, "lantern")).prompt

    assert "talking to the boy, holding a red lantern, facing right, with a worried face" in words


def test_looks_in_order_of_what_tells_most() -> None:
    traits = (
        Trait(slot="hair", value="red"), Trait(slot="hairstyle", value="bun"), Trait(slot="skin", value="dark"),
        Trait(slot="top", value="coat", colour="olive"), Trait(slot="bottom", value="trousers", colour="navy"),
        Trait(slot="glasses", value="glasses"), Trait(slot="body", value="large"),
    )  # fmt: skip
    ann = Character(id="ann", name="Ann", kind="old woman", traits=traits)

    assert who(ann) == (
        "a stout old woman with dark skin, red hair in a bun and glasses wearing an olive coat and navy trousers"
    )
    assert who(ann, most=2) == "an old woman with red hair in a bun wearing an olive coat"
    assert "trousers" not in who(ann, "close")
    assert who(Character(id="rex", name="Rex", kind="dog", traits=(
        Trait(slot="coat", value="spotted", colour="white"),))) == "a spotted white dog"  # fmt: skip


def test_counts_are_right() -> None:
    def some(*kinds: str) -> list[Character]:
        return [Character(id=str(n), name="x", kind=kind) for n, kind in enumerate(kinds)]

    assert counted(some("woman")) == ""
    assert counted(some("woman", "woman")) == "two women"
    assert counted(some("woman", "boy", "mouse", "mouse")) == "two people and two mice"
    assert counted(some("man", "dog")) == "one man and one dog"


def test_what_a_detector_looks_for(story: Story) -> None:
    bench = Prop(id="bench", name="the bench", kind="bench", colour="orange")
    assert entity_words(story.model_copy(update={"props": (bench,)}), "bench") == "an orange bench"
    assert entity_words(story, "mara") == "a woman"

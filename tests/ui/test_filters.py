"""Filters: what was chosen on one page holds on the next, and a link that was followed wins."""

from streamlit.testing.v1 import AppTest


def body() -> None:
    import streamlit as st

    from revplan.ui import filters

    if not st.session_state.get("elsewhere"):
        filters.plan_set_filter(["other", "shared", "volume"])
    st.write(filters.asked("plans"))


def stands_at(app: AppTest) -> str:
    return str(app.markdown[0].value)


def test_todays_plans_are_shown_first() -> None:
    app = AppTest.from_function(body).run()
    assert stands_at(app) == "volume"
    assert app.selectbox[0].options[0] == "Today's plans (volume)"


def test_a_choice_outlives_a_page_without_the_filter() -> None:
    app = AppTest.from_function(body).run()
    app.selectbox[0].select("shared").run()
    app.session_state["elsewhere"] = True
    app.query_params.clear()
    app.run()
    assert stands_at(app) == "shared"
    app.session_state["elsewhere"] = False
    app.run()
    assert app.selectbox[0].value == "shared"


def test_a_followed_link_wins_over_what_was_chosen_before() -> None:
    app = AppTest.from_function(body).run()
    app.selectbox[0].select("shared").run()
    app.query_params["plans"] = "other"
    app.run()
    assert app.selectbox[0].value == "other"
    app.selectbox[0].select("volume").run()
    assert app.selectbox[0].value == "volume"


def test_a_link_to_what_is_not_there_leads_to_todays_plans() -> None:
    app = AppTest.from_function(body)
    app.query_params["plans"] = "gone"
    app.run()
    assert (app.selectbox[0].value, stands_at(app)) == ("volume", "volume")

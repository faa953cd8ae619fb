using FsCheck;
using FsCheck.Fluent;

namespace VaeSweep.Sweeps.Tests;

public sealed class TrialConfigJsonTests
{
    [Theory]
    [InlineData("\"objective.beta\":1", "\"objective.beta\":1.0")]
    [InlineData("\"objective.beta\":0", "\"objective.beta\":-0.0")]
    [InlineData("\"train.optimizer.adam.lr\":1e-3", "\"train.optimizer.adam.lr\":0.001")]
    [InlineData("\"train.epochs\":300", "\"train.epochs\":3e2")]
    [InlineData("\"model.latent\":20", "\"model.layers\":[20]")]
    [InlineData("\"model.hidden\":[200,100]", "\"model.hidden\":[[200,100]]")]
    [InlineData("\"model.layers\":[8],\"model.hidden\":[[9],[9]]", "\"model.hidden\":[9],\"model.latent\":8")]
    [InlineData("\"evaluate.metrics\":[\"test_nll\",\"test_elbo\"]", "\"evaluate.metrics\":[\"test_elbo\",\"test_nll\"]")]
    [InlineData("\"dataset.classes\":[5,1]", "\"dataset.classes\":[1,5]")]
    [InlineData("\"model.flows\":9", "\"seed\":0")]
    public void Equal_configurations_are_one_trial_however_they_are_written(string one, string other)
    {
        var first = TrialConfigJson.ToTrial(TrialConfigJson.Parse($"{{{one}}}"));
        var second = TrialConfigJson.ToTrial(TrialConfigJson.Parse($"{{{other}}}"));

        Assert.Equal(first, second);
    }

    [Fact]
    public void Any_finite_number_survives_the_text()
    {
        Prop.ForAll<NormalFloat>(number =>
        {
            var config = ConfigSchema.Defaults with { Objective = new ObjectiveConfig { Beta = Math.Abs(number.Get) } };

            return TrialConfigJson.Parse(TrialConfigJson.Write(config)).Objective.Beta.Equals(Math.Abs(number.Get));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_name_is_rendered_as_the_json_of_it()
    {
        Prop.ForAll<NonNull<string>>(text =>
            !text.Get.IsNormalized() || System.Text.Json.JsonDocument.Parse(ConfigValue.Of(text.Get).Json).RootElement
                .GetString() == text.Get).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("{\"model.colour\":1}", "this version has no path 'model.colour'")]
    [InlineData("{\"model.posterior\":\"planer\"}", "model.posterior has no 'planer'")]
    [InlineData("{\"train.epochs\":0}", "train.epochs takes a whole number, at least 1; found 0")]
    [InlineData("{", "Not a trial's configuration")]
    [InlineData("[]", "Not a trial's configuration")]
    public void What_is_no_configuration_of_this_version_is_refused(string json, string reason)
    {
        var e = Assert.Throws<FormatException>(() => TrialConfigJson.Parse(json));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hidden_widths_are_repeated_for_every_layer()
    {
        var config = TrialConfigJson.Parse("{\"model.layers\":[8,4],\"model.hidden\":[[30,20]]}");

        Assert.Equal([[30, 20], [30, 20]], config.Model.Hidden);
    }

    [Fact]
    public void Fingerprints_are_those_that_were_recorded()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "fingerprints.txt"));

        // A changed line means that every stored trial of that kind would be run again. Make new paths QuietDefault instead.
        Assert.True(lines.Length >= 4);
        Assert.All(lines, line =>
        {
            var parts = line.Split(' ', 2);
            Assert.Equal(parts[0], TrialConfigJson.ToTrial(TrialConfigJson.Parse(parts[1])).Fingerprint);
        });
    }
}

namespace VaeSweep.Sweeps.Tests;

/// <summary>Data sets of somebody's own in sweep files: their content is part of what a trial is, their name is not.</summary>
public sealed class OwnDataTests
{
    private const string Head = "name: a\ntrain: { batch_size: 10 }\n";

    private static readonly DatasetFacts _digits = Facts("digits", 'a');

    [Fact]
    public void A_trial_names_the_content_and_reads_back_without_the_set()
    {
        var trial = Parse("dataset: { name: digits }", _digits).Expand().Single();

        var config = TrialConfigJson.Parse(trial.ConfigJson);

        Assert.Equal(_digits, config.Dataset.Own);
        Assert.Equal(_digits, config.Dataset.Facts());
        Assert.Equal(trial.ConfigJson, TrialConfigJson.Write(config));
        Assert.Equal(trial.Fingerprint, TrialConfigJson.ToTrial(config).Fingerprint);
        Assert.Contains($"\"sha256\":\"{_digits.Sha256}\"", trial.ConfigJson, StringComparison.Ordinal);
    }

    [Fact]
    public void Published_sets_are_written_as_ever()
    {
        var trial = Parse("dataset: { name: mnist }").Expand().Single();

        Assert.DoesNotContain("dataset.own", trial.ConfigJson, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_images_under_the_same_name_make_other_trials_and_another_name_does_not()
    {
        string Fingerprint(string name, DatasetFacts facts) => Parse($"dataset: {{ name: {name} }}", facts).Expand().Single()
            .Fingerprint;

        var before = Fingerprint("digits", _digits);

        Assert.NotEqual(before, Fingerprint("digits", Facts("digits", 'b')));
        Assert.Equal(before, Fingerprint("numbers", Facts("numbers", 'a')));
    }

    [Fact]
    public void Trials_on_other_images_are_not_packed_together()
    {
        string Pack(char sum) => Parse("dataset: { name: digits }", Facts("digits", sum)).Expand().Single().PackKey;

        Assert.NotEqual(Pack('a'), Pack('b'));
    }

    [Fact]
    public void Own_sets_vary_beside_published_ones()
    {
        var sweep = Parse("parameters: { dataset.name: [mnist, digits], model.latent: [2, 3] }", _digits);

        var configs = sweep.Expand().Select(trial => TrialConfigJson.Parse(trial.ConfigJson)).ToList();

        Assert.Equal(4, sweep.Count());
        Assert.Equal(["dataset.name", "model.latent"], sweep.VaryingPaths);
        Assert.All(configs, config => Assert.Equal(config.Dataset.Name == "digits", config.Dataset.Own is not null));
        Assert.Equal([_digits], sweep.OwnData);
    }

    [Fact]
    public void Each_block_of_a_chain_has_its_own()
    {
        var sweep = Parse("chain: [{ dataset: { name: digits } }, { dataset: { name: faces } }]", _digits, Facts("faces", 'b'));

        Assert.Equal(["digits", "faces"], sweep.Expand().Select(trial =>
            TrialConfigJson.Parse(trial.ConfigJson).Dataset.Own!.Name));
    }

    [Fact]
    public void The_kept_text_carries_what_was_found()
    {
        var sweep = Parse("dataset: { name: digits }", _digits);

        var again = SweepFile.Parse(sweep.Text);

        Assert.Equal(sweep.Expand().Single(), again.Expand().Single());
        Assert.Equal([_digits], again.OwnData);
        Assert.Equal(sweep.Text, again.Text);
    }

    [Fact]
    public void A_path_is_read_by_who_knows_files_with_the_options_beside_it()
    {
        var data = new Known(_digits);

        var sweep = SweepFile.Parse(
            Head + "dataset: { path: ./images, import: { grey: true, valid: 0.2 }, train: 20 }\n", data: data);

        Assert.Equal("./images grey=true,valid=0.2 True", data.Asked);
        Assert.Equal("images", TrialConfigJson.Parse(sweep.Expand().Single().ConfigJson).Dataset.Own!.Name);
        Assert.Equal(sweep.Expand().Single(), SweepFile.Parse(sweep.Text).Expand().Single());
        Assert.Equal("mine", TrialConfigJson.Parse(SweepFile.Parse(
            Head + "dataset: { name: mine, path: ./images }\n", data: data).Expand().Single().ConfigJson).Dataset.Name);
    }

    [Fact]
    public void A_path_can_be_set_on_the_command_line()
    {
        var data = new Known(_digits);

        SweepFile.Parse(Head, overrides: ["dataset.path=x.npy", "dataset.import.test=30"], data: data);

        Assert.Equal("x.npy test=30 False", data.Asked);
    }

    [Fact]
    public void A_configuration_that_travels_can_be_a_sweep_file()
    {
        var sweep = SweepFile.Parse(Head + $"dataset: {{ name: digits, own: {OwnDataset.ToJson(_digits)} }}\n");

        Assert.Equal(_digits, TrialConfigJson.Parse(sweep.Expand().Single().ConfigJson).Dataset.Own);
    }

    [Theory]
    [InlineData("dataset: { name: digist }", "dataset.name has no 'digist'. Did you mean 'digits'?")]
    [InlineData("dataset: { name: digist }", "`vaesweep data add digist PATH` adds your own")]
    [InlineData("parameters: { dataset.name: [mnist, faces] }", "dataset.name has no 'faces'")]
    [InlineData("dataset: { name: mnist, path: x }", "'mnist' is a published data set; give the images")]
    [InlineData("dataset: { path: mnist.npz }", "'mnist' is a published data set; give the images")]
    [InlineData("dataset: { path: [a, b] }", "dataset.path takes the path of a file or folder of images; found a list")]
    [InlineData("dataset: { path: ... }", "'' is no name for a data set")]
    [InlineData("dataset: { path: x, import: 5 }", "dataset.import takes a map of the options")]
    [InlineData("dataset: { import: { grey: true } }", "give the path too")]
    [InlineData("dataset: { path: broken }", "dataset.path: broken cannot be read")]
    [InlineData("parameters: { dataset.path: [a, b] }", "list their names under dataset.name")]
    [InlineData("dataset: { name: digits, own: { sha256: 5 } }", "dataset.own takes a map of what")]
    [InlineData("parameters: { dataset.name: [digits, twin] }", "have the same images (aaaaaaaaaaaa)")]
    [InlineData("dataset: { name: digits, train: 31 }", "31 is more than the 30 training images of digits")]
    [InlineData("dataset: { name: digits, classes: [5] }", "the classes of digits are 0 to 2")]
    [InlineData("dataset: { name: digits }\nreference: [{ where: { dataset.name: nothing }, metric: test_nll, value: 1, "
        + "source: s }]",
        "dataset.name has no 'nothing'")]
    public void What_cannot_be_is_said_with_its_line(string text, string said)
    {
        var faulty = Assert.Throws<SweepFileException>(() => Parse(text, _digits, Facts("twin", 'a')));

        Assert.Contains(faulty.Faults, fault => fault.Line > 0
            && fault.Message.Contains(said, StringComparison.Ordinal));
    }

    private static DatasetFacts Facts(string name, char sum) =>
        new(name, 8, 6, 30, 4, 5) { Classes = 3, Sha256 = new string(sum, 64) };

    private static SweepDefinition Parse(string text, params DatasetFacts[] own) =>
        SweepFile.Parse($"{Head}{text}\n", data: new Known(own));

    private sealed class Known(params DatasetFacts[] own) : IOwnData
    {
        public string Asked { get; private set; } = "";

        public IReadOnlyList<string> Names => [.. own.Select(facts => facts.Name)];

        public DatasetFacts? Find(string name) => own.FirstOrDefault(facts => facts.Name == name);

        public DatasetFacts Read(string path, IReadOnlyDictionary<string, string> import, bool isOfFile)
        {
            Asked = $"{path} {string.Join(',', import.Select(one => $"{one.Key}={one.Value}"))} {isOfFile}";
            return path == "broken" ? throw new FormatException("broken cannot be read.") : own[0];
        }
    }
}
